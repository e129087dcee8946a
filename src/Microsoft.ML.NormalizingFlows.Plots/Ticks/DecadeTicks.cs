using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>Ticks at the powers of ten whose decimal logarithms an axis has; where there are fewer than three, also at twice and five times each.</summary>
internal sealed class DecadeTicks : ITickGenerator
{
    private const double Rounding = 1e-9;

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount { get; set; } = 100;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        double low = Math.Min(range.Min, range.Max), high = Math.Max(range.Min, range.Max);
        int first = (int)Math.Floor(low), last = (int)Math.Floor(high + Rounding);
        // The fewest powers that stay within the number of ticks.
        int step = Math.Max(1, (last - first + MaxTickCount) / MaxTickCount);
        double[] factors = Math.Floor(high + Rounding) - Math.Ceiling(low - Rounding) < 2 ? [1, 2, 5] : [1];
        Ticks =
        [
            .. from power in Enumerable.Range(0, (last - first) / step + 1).Select(i => first + i * step)
               from factor in factors
               let log = power + Math.Log10(factor)
               where log >= low - Rounding && log <= high + Rounding
               select Tick.Major(log, TickLabels.Number(factor * Math.Pow(10, power))),
        ];
    }
}
