using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>
/// Ticks at the powers of ten whose decimal logarithms an axis has; where there are fewer than three, and room for it, also at twice and five
/// times each, or at three times each.
/// </summary>
internal sealed class DecadeTicks : ITickGenerator
{
    private const double Rounding = 1e-9;
    private const float Gap = 6;

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount { get; set; } = 100;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        double low = Math.Min(range.Min, range.Max), high = Math.Max(range.Min, range.Max);
        double[][] choices = Math.Floor(high + Rounding) - Math.Ceiling(low - Rounding) < 2 ? [[1, 2, 5], [1, 3], [1]] : [[1]];
        Ticks = choices.Select(factors => At(factors, low, high)).FirstOrDefault(HaveRoom) ?? At([1], low, high);

        bool HaveRoom(Tick[] ticks) => edge.IsVertical() || ticks.Zip(ticks.Skip(1)).All(pair =>
            (pair.Second.Position - pair.First.Position) / (high - low) * size.Length > (Width(pair.First) + Width(pair.Second)) / 2 + Gap);

        float Width(Tick tick) => labelStyle.Measure(tick.Label, paint).Width;
    }

    private Tick[] At(double[] factors, double low, double high)
    {
        int first = (int)Math.Floor(low), last = (int)Math.Floor(high + Rounding);
        // The fewest powers that stay within the number of ticks.
        int step = Math.Max(1, (last - first + MaxTickCount) / MaxTickCount);
        return
        [
            .. from power in Enumerable.Range(0, (last - first) / step + 1).Select(i => first + i * step)
               from factor in factors
               let log = power + Math.Log10(factor)
               where log >= low - Rounding && log <= high + Rounding
               select Tick.Major(log, TickLabels.Number(factor * Math.Pow(10, power))),
        ];
    }
}
