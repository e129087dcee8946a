using ScottPlot;
using ScottPlot.TickGenerators;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>Axes of other things than plain numbers.</summary>
/// <example>
/// <code>
/// plot.Axes.Bottom.ShowDecades();             // x are decimal logarithms
/// plot.Axes.Left.ShowNames(["red", "blue"]);  // y are 0 and 1
/// </code>
/// </example>
public static class FlowAxes
{
    private const int LongestName = 18;

    /// <summary>Names that are wider together than this are turned; it is the width of the narrowest plots.</summary>
    private const float Room = 130;

    /// <summary>For decimal logarithms: the axis shows the numbers that they are of.</summary>
    /// <param name="axis">The axis.</param>
    public static void ShowDecades(this IAxis axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        axis.TickGenerator = new DecadeTicks();
    }

    /// <summary>For dates, as <see cref="DateTime.ToOADate"/> counts days: the axis shows years, months, days or hours.</summary>
    /// <param name="axis">The axis.</param>
    public static void ShowDates(this IAxis axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        var ticks = new DateTimeAutomatic();
        ticks.LabelFormatter = date => TickLabels.Date(date, ticks.TimeUnit);
        axis.TickGenerator = ticks;
    }

    /// <summary>For the places 0, 1, 2, ...: the axis shows a name beside each, turned where they are long and stand below the plot.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="names">The names; one that is empty has no tick, and a long one is cut.</param>
    public static void ShowNames(this IAxis axis, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(axis);
        ArgumentNullException.ThrowIfNull(names);
        int[] places = [.. Enumerable.Range(0, names.Count).Where(i => names[i].Length > 0)];
        string[] shown = [.. places.Select(i => names[i].Length <= LongestName ? names[i] : names[i][..(LongestName - 1)] + "\u2026")];
        axis.SetTicks([.. places.Select(i => (double)i)], shown);
        axis.Range.Set(-0.5, names.Count - 0.5);
        if (axis is not IXAxis || shown.Length == 0)
            return;
        using Paint paint = Paint.NewDisposablePaint();
        float widest = shown.Max(name => axis.TickLabelStyle.Measure(name, paint).Width);
        if (names.Count * (widest + FlowTheme.TickSize) <= Room)
            return;
        axis.TickLabelStyle.Rotation = -45;
        axis.TickLabelStyle.Alignment = Alignment.MiddleRight;
        axis.TickLabelStyle.OffsetX = 4;
        axis.TickLabelStyle.OffsetY = 4;
        // ScottPlot measures names as if they were level.
        axis.MinimumSize = 12 + 0.71f * (widest + FlowTheme.TickSize / 2) + (axis.Label.Text.Length > 0 ? 20 : 0);
    }
}
