using Microsoft.ML.NormalizingFlows.Plots;

namespace Segments;

/// <summary>The customers as they are drawn, by group, beside the segments that were found.</summary>
internal static class SegmentFigure
{
    public static void Save(string path, IReadOnlyList<Customer> customers, IReadOnlyList<int> segments, int count) =>
        new Figure("Customers of a shop", "Left the groups that they come from, right the segments that were found, the groups unseen.") { PlotWidth = 420, PlotHeight = 420 }
            .Add(Plot("Drawn", customers, [.. customers.Select(customer => (int)customer.Group)], Shop.Groups, 0), 0, 0)
            .Add(Plot("Found", customers, segments, [.. Enumerable.Range(1, count).Select(segment => $"segment {segment}")], Shop.Groups.Count), 0, 1)
            .Save(path);

    private static Plot Plot(string title, IReadOnlyList<Customer> customers, IReadOnlyList<int> groups, IReadOnlyList<string> names, int firstColor)
    {
        var plot = new Plot(title) { Area = new PlotArea(0, 14, 0, 300), LabelX = "visits a month", LabelY = "euro a visit", Grid = true };
        for (int g = 0; g < names.Count; g++)
        {
            plot.Dots(
                customers.Where((_, i) => groups[i] == g).Select(customer => ((double)customer.VisitsPerMonth, (double)customer.Basket)),
                PlotColor.Group(firstColor + g),
                names[g]);
        }
        return plot;
    }
}
