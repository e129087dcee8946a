using Microsoft.ML.NormalizingFlows.Plots.Drawing;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// A pair of axes with dots, curves, bars or a heat map between them, drawn in the order in which they were added. Points that are not
/// finite, or outside the axes, are left out. A <see cref="Figure"/> shows it.
/// </summary>
/// <param name="title">The line above.</param>
/// <param name="subtitle">A smaller line below the title.</param>
/// <example>
/// <code>
/// var plot = new Plot("Sine") { LabelX = "t", LabelY = "sin t" }
///     .Curve(Enumerable.Range(0, 100).Select(i => (i / 10.0, Math.Sin(i / 10.0))), PlotColor.Group(0), "sin t");
/// new Figure("One curve").Add(plot).Save("sine.svg");
/// </code>
/// </example>
public sealed class Plot(string title, string subtitle = "")
{
    private readonly List<Layer> _layers = [];

    /// <summary>The line above.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>A smaller line below the title.</summary>
    public string Subtitle { get; } = subtitle ?? throw new ArgumentNullException(nameof(subtitle));

    /// <summary>What stands below the axis; null leaves it out.</summary>
    public string? LabelX { get; init; }

    /// <summary>What stands beside the axis; null leaves it out.</summary>
    public string? LabelY { get; init; }

    /// <summary>What the axes show; null, the default, holds all that is drawn.</summary>
    public PlotArea? Area { get; init; }

    /// <summary>Whether x are decimal logarithms, so that the axis shows the numbers that they are of. Default false.</summary>
    public bool DecadesX { get; init; }

    /// <summary>Whether y are decimal logarithms, so that the axis shows powers of ten. Default false.</summary>
    public bool DecadesY { get; init; }

    /// <summary>Whether x are dates, as days since 1 January of the year 1 (<see cref="DateTime.Ticks"/> by <see cref="TimeSpan.TicksPerDay"/>). Default false.</summary>
    public bool DatesX { get; init; }

    /// <summary>Names beside the places 0, 1, 2, .. of the x axis in place of numbers; null has numbers.</summary>
    public IReadOnlyList<string>? NamesX { get; init; }

    /// <summary>Names beside the places 0, 1, 2, .. of the y axis in place of numbers; null has numbers.</summary>
    public IReadOnlyList<string>? NamesY { get; init; }

    /// <summary>Whether faint lines run from the ticks. Default false.</summary>
    public bool Grid { get; init; }

    internal IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Adds a dot for each point.</summary>
    /// <param name="points">Where.</param>
    /// <param name="color">In which colour.</param>
    /// <param name="name">What the legend calls them; null leaves them out of it.</param>
    /// <param name="diameter">In pixels.</param>
    /// <returns>This plot.</returns>
    public Plot Dots(IEnumerable<(double X, double Y)> points, PlotColor color, string? name = null, double diameter = 2.4)
    {
        var drawn = Finite(points);
        return Add(drawn, panel => panel.Scatter(drawn, color, diameter), name, color, LegendMark.Dot);
    }

    /// <summary>Adds a line through points, in their order; what is outside the axes is cut off.</summary>
    /// <param name="points">Through which points; one that is not finite is a gap.</param>
    /// <param name="color">In which colour.</param>
    /// <param name="name">What the legend calls it; null leaves it out of it.</param>
    /// <param name="dashed">Whether it is dashed.</param>
    /// <returns>This plot.</returns>
    public Plot Curve(IEnumerable<(double X, double Y)> points, PlotColor color, string? name = null, bool dashed = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        var drawn = points.ToArray();
        return Add(Finite(drawn), panel => panel.Curve(drawn, color, dashed), name, color, dashed ? LegendMark.Dashes : LegendMark.Line);
    }

    /// <summary>Adds bars from 0, such as those of a histogram.</summary>
    /// <param name="edges">The ends of the bars along x, in order; one more than there are bars.</param>
    /// <param name="heights">The height of each.</param>
    /// <param name="color">In which colour; half of what is behind shows through.</param>
    /// <param name="name">What the legend calls them; null leaves them out of it.</param>
    /// <returns>This plot.</returns>
    /// <exception cref="ArgumentException">The numbers of edges and heights do not fit.</exception>
    public Plot Bars(IReadOnlyList<double> edges, IReadOnlyList<double> heights, PlotColor color, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(heights);
        if (edges.Count != heights.Count + 1)
            throw new ArgumentException($"{heights.Count} bars have {heights.Count + 1} edges, not {edges.Count}.", nameof(edges));
        (double, double)[] extent = [(edges[0], 0), (edges[^1], heights.DefaultIfEmpty(0).Max())];
        return Add(extent, panel => panel.Bars(edges, heights, color), name, color, LegendMark.Bar);
    }

    /// <summary>Adds a heat map.</summary>
    /// <param name="area">What the values cover.</param>
    /// <param name="columns">Values beside one another.</param>
    /// <param name="rows">Values above one another.</param>
    /// <param name="values">One for each of <see cref="PlotArea.CellCenters"/>, row by row from the top left; NaN is white.</param>
    /// <param name="scale">What the colours mean; the figure shows it beside its first row.</param>
    /// <returns>This plot.</returns>
    /// <exception cref="ArgumentException">There are not that many values.</exception>
    public Plot Heat(PlotArea area, int columns, int rows, IReadOnlyList<double> values, ColorScale scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(scale);
        if (values.Count != (long)columns * rows)
            throw new ArgumentException($"{columns} x {rows} cells take as many values, not {values.Count}.", nameof(values));
        (double, double)[] extent = [(area.MinX, area.MinY), (area.MaxX, area.MaxY)];
        _layers.Add(new Layer(extent, panel => panel.Heat(area, columns, rows, values, scale)) { Scale = scale });
        return this;
    }

    /// <summary>Adds a line across the plot, up from <paramref name="x"/>, and what it stands for.</summary>
    /// <param name="x">Where.</param>
    /// <param name="text">What it stands for.</param>
    /// <returns>This plot.</returns>
    public Plot Rule(double x, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _layers.Add(new Layer([(x, 0)], panel => panel.Rule(x, text)));
        return this;
    }

    /// <summary>Adds one larger dot, and what it stands for to its right.</summary>
    /// <param name="x">Where.</param>
    /// <param name="y">Where.</param>
    /// <param name="text">What it stands for.</param>
    /// <param name="color">In which colour.</param>
    /// <returns>This plot.</returns>
    public Plot Mark(double x, double y, string text, PlotColor color)
    {
        ArgumentNullException.ThrowIfNull(text);
        _layers.Add(new Layer([(x, y)], panel => panel.Mark(x, y, text, color)));
        return this;
    }

    /// <summary>What the axes show.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to show.</exception>
    internal PlotArea Shown()
    {
        if (Area is { } area)
            return area;
        var points = _layers.SelectMany(layer => layer.Extent).ToArray();
        if (points.Length == 0)
            throw new InvalidOperationException($"The plot '{Title}' has nothing to draw: add points to it, or give it an area.");
        var (minX, maxX) = Span(points.Select(p => p.X), NamesX);
        var (minY, maxY) = Span(points.Select(p => p.Y), NamesY);
        // A bar stands on the axis.
        bool stands = _layers.Any(layer => layer.Entry?.Mark == LegendMark.Bar) && points.Min(p => p.Y) >= 0;
        return new PlotArea(minX, maxX, stands ? 0 : minY, maxY);
    }

    private static (double Min, double Max) Span(IEnumerable<double> values, IReadOnlyList<string>? names)
    {
        if (names is not null)
            return (-0.5, names.Count - 0.5);
        double[] all = [.. values];
        double min = all.Min(), max = all.Max();
        double margin = max > min ? 0.04 * (max - min) : Math.Max(1e-6, 0.1 * Math.Abs(max));
        return (min - margin, max + margin);
    }

    private static (double X, double Y)[] Finite(IEnumerable<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return [.. points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))];
    }

    private Plot Add(IReadOnlyList<(double, double)> extent, Action<Panel> draw, string? name, PlotColor color, LegendMark mark)
    {
        // Bars count as bars in the legend or out of it.
        _layers.Add(new Layer(extent, draw) { Entry = new LegendEntry(name ?? "", color, mark) });
        return this;
    }
}
