using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;

namespace Segments;

/// <summary>The customers as they are drawn, by group, beside the segments that were found.</summary>
internal static class SegmentFigure
{
    public static void Save(string path, IReadOnlyList<Customer> customers, IReadOnlyList<int> segments, int count)
    {
        int[] groups = [.. customers.Select(customer => (int)customer.Group)];
        int[] colors = Colors(groups, segments, count);
        new PlotGrid("Customers of a shop", "Left the groups that they come from; right the segments that were found without them, each in the colour of the group that most of it comes from.") { PlotWidth = 420, PlotHeight = 420 }
            .Add(Draw("Drawn", customers, groups, Shop.Groups, [.. Enumerable.Range(0, Shop.Groups.Count)]), 0, 0)
            .Add(Draw("Found", customers, segments, [.. Enumerable.Range(1, count).Select(segment => $"segment {segment}")], colors), 0, 1)
            .Save(path);
    }

    /// <summary>For each segment the group that most of it comes from; a free colour where an earlier segment has that of the group.</summary>
    private static int[] Colors(int[] groups, IReadOnlyList<int> segments, int count)
    {
        var colors = new List<int>();
        for (int s = 0; s < count; s++)
        {
            int most = Enumerable.Range(0, Shop.Groups.Count).MaxBy(g => groups.Where((group, i) => group == g && segments[i] == s).Count());
            colors.Add(colors.Contains(most) ? Shop.Groups.Count + s : most);
        }
        return [.. colors];
    }

    private static Plot Draw(string title, IReadOnlyList<Customer> customers, IReadOnlyList<int> groups, IReadOnlyList<string> names, IReadOnlyList<int> colors)
    {
        Plot plot = FlowTheme.NewPlot(title, "visits a month", "euro a visit");
        plot.Axes.SetLimits(0, 14, 0, 300);
        for (int g = 0; g < names.Count; g++)
        {
            plot.Add.Dots(
                customers.Where((_, i) => groups[i] == g).Select(customer => ((double)customer.VisitsPerMonth, (double)customer.Basket)),
                FlowTheme.Group(colors[g]),
                names[g]);
        }
        return plot;
    }
}
