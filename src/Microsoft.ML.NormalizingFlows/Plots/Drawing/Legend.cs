namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>What the layers of a figure are called, from left to right in as many lines as it takes.</summary>
internal sealed class Legend
{
    private const double Line = 20, Size = 13, Mark = 22;
    private readonly List<(LegendEntry Entry, double X, int Row)> _places = [];

    /// <param name="plots">Each name is shown once.</param>
    /// <param name="width">Pixels that there are.</param>
    public Legend(IEnumerable<Plot> plots, double width)
    {
        double x = 0;
        int row = 0;
        foreach (LegendEntry entry in plots.SelectMany(plot => plot.Layers).Select(layer => layer.Entry).OfType<LegendEntry>()
            .Where(entry => entry.Name.Length > 0).DistinctBy(entry => entry.Name))
        {
            double needed = Mark + TextSize.Width(entry.Name, Size) + 28;
            if (x > 0 && x + needed > width)
                (x, row) = (0, row + 1);
            _places.Add((entry, x, row));
            x += needed;
        }
    }

    public double Height => _places.Count == 0 ? 0 : Line * (_places[^1].Row + 1) + 4;

    public void Draw(Svg svg, double left, double top)
    {
        foreach (var (entry, x, row) in _places)
        {
            double y = top + Line * row + 10, from = left + x;
            if (entry.Mark == LegendMark.Dot)
                svg.Dots([(from + 9, y)], 8, entry.Color.Hex, 1);
            else if (entry.Mark == LegendMark.Bar)
                svg.Bar(from, y - 6, 16, 12, entry.Color.Hex, 0.5);
            else
                svg.Curve([(from, y), (from + 18, y)], 3, entry.Color.Hex, entry.Mark == LegendMark.Dashes);
            svg.Text(from + Mark + 2, y + 4.5, entry.Name, Size);
        }
    }
}
