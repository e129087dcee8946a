using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>Names at the places 0, 1, 2, ...; below a plot they are turned where they have no room beside one another.</summary>
internal sealed class NameTicks : ITickGenerator
{
    private const int LongestName = 18;
    private const float Gap = 10, Slant = 0.71f;
    private readonly IAxis _axis;

    public NameTicks(IAxis axis, IReadOnlyList<string> names)
    {
        _axis = axis;
        Ticks = [.. names.Select((name, i) => Tick.Major(i, Short(name))).Where(tick => tick.Label.Length > 0)];
    }

    public Tick[] Ticks { get; }

    public int MaxTickCount { get; set; } = int.MaxValue;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        if (edge.IsVertical() || Ticks.Length == 0)
            return;
        float widest = Ticks.Max(tick => labelStyle.Measure(tick.Label, paint).Width);
        bool turned = (widest + Gap) * range.Span > size.Length;
        labelStyle.Rotation = turned ? -45 : 0;
        labelStyle.Alignment = turned ? Alignment.MiddleRight : Alignment.UpperCenter;
        labelStyle.OffsetX = labelStyle.OffsetY = turned ? 4 : 0;
        // ScottPlot measures names as if they were level.
        _axis.MinimumSize = turned ? 12 + Slant * (widest + FlowTheme.TickSize / 2) + (_axis.Label.Text.Length > 0 ? 20 : 0) : 0;
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "\u2026";
}
