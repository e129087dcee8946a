using QuickStart.Plot;

namespace Segments;

/// <summary>The customers as they are drawn, by group, beside the segments that were found.</summary>
internal static class SegmentFigure
{
    private const double Size = 420, Margin = 70, Head = 60;
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b", "#bcbd22", "#17becf"];

    public static void Save(string path, IReadOnlyList<Customer> customers, IReadOnlyList<int> segments, int count)
    {
        var svg = new Svg(2 * (Margin + Size) + 40, Head + Size + 50);
        Draw(svg, Margin, "Drawn", "the groups that the customers come from", customers, [.. customers.Select(customer => (int)customer.Group)], Shop.Groups);
        Draw(svg, 2 * Margin + Size, "Found", "segments, the groups unseen", customers, segments, [.. Enumerable.Range(1, count).Select(segment => $"segment {segment}")]);
        svg.Save(path);
    }

    private static void Draw(
        Svg svg, double left, string title, string subtitle, IReadOnlyList<Customer> customers, IReadOnlyList<int> groups, IReadOnlyList<string> names)
    {
        var panel = new Panel(svg, left, Head, Size, new Box(0, 14, 0, 300));
        panel.Title(title, subtitle);
        panel.Grid();
        for (int g = 0; g < names.Count; g++)
            panel.Scatter(customers.Where((_, i) => groups[i] == g).Select(customer => ((double)customer.VisitsPerMonth, (double)customer.Basket)), Colors[g % Colors.Length]);
        panel.Axes("visits a month", left < Size ? "euro a visit" : null);
        for (int g = 0; g < names.Count; g++)
        {
            svg.Dots([(left + Size - 120, Head + 20 + 20 * g)], 9, Colors[g % Colors.Length], 1);
            svg.Text(left + Size - 108, Head + 24 + 20 * g, names[g], 12);
        }
    }
}
