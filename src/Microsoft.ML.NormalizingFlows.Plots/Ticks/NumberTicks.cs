using ScottPlot;
using ScottPlot.TickGenerators;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>Ticks at round numbers, where ScottPlot places them, with <see cref="TickLabels"/> that have equally many digits.</summary>
internal sealed class NumberTicks : ITickGenerator
{
    private const float MinimumSpacing = 15, Gap = 10;

    private readonly NumericAutomatic _places = new() { LabelFormatter = TickLabels.Number, MinorTickGenerator = new NoMinorTicks() };

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount
    {
        get => _places.MaxTickCount;
        set => _places.MaxTickCount = value;
    }

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        // What is beside one another needs its width, which depends on the digits, and these on the spacing.
        float needed = MinimumSpacing;
        do
        {
            _places.MinimumTickSpacing = needed;
            _places.Regenerate(range, edge, size, paint, labelStyle);
            double[] values = [.. _places.Ticks.Select(tick => tick.Position)];
            Ticks = [.. values.Zip(TickLabels.Numbers(values), Tick.Major)];
            needed = edge.IsVertical() ? 0 : Ticks.Select(tick => labelStyle.Measure(tick.Label, paint).Width + Gap).DefaultIfEmpty(0).Max();
        }
        while (needed > _places.MinimumTickSpacing);
    }

    private sealed class NoMinorTicks : IMinorTickGenerator
    {
        public IEnumerable<double> GetMinorTicks(double[] majorTicks, CoordinateRange visibleRange) => [];
    }
}
