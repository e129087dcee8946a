using Microsoft.ML.NormalizingFlows.Plots.Ticks;
using ScottPlot;

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
    /// <summary>For decimal logarithms: the axis shows the numbers that they are of.</summary>
    /// <param name="axis">The axis.</param>
    public static void ShowDecades(this IAxis axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        axis.TickGenerator = new DecadeTicks();
    }

    /// <summary>For dates, as <see cref="DateTime.ToOADate"/> counts days: the axis shows round years, months, days or hours.</summary>
    /// <param name="axis">The axis.</param>
    public static void ShowDates(this IAxis axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        axis.TickGenerator = new DateTicks();
    }

    /// <summary>For the places 0, 1, 2, ...: the axis shows a name beside each, turned where they stand below the plot and have no room.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="names">The names; one that is empty has no tick, and a long one is cut.</param>
    public static void ShowNames(this IAxis axis, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(axis);
        ArgumentNullException.ThrowIfNull(names);
        axis.TickGenerator = new NameTicks(axis, names);
        axis.Range.Set(-0.5, names.Count - 0.5);
    }
}
