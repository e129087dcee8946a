using ScottPlot;
using ScottPlot.AutoScalers;
using ScottPlot.Panels;
using ScottPlot.Plottables;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// What the pictures of a flow are made of, beside what <see cref="PlottableAdder"/> has: each is an ordinary plottable of ScottPlot, to be
/// restyled as any other.
/// </summary>
/// <example>
/// <code>
/// Plot plot = FlowTheme.NewPlot("Density of a flow", "x in m", "y in m");
/// plot.Add.LogDensity(area, columns: 200, rows: 200, logDensities);
/// plot.Add.Dots(data, FlowTheme.Ink, "data");
/// </code>
/// </example>
public static class FlowPlottables
{
    private const int Decades = 3;

    /// <summary>Viewers smooth an enlarged picture, so that a heat map of fewer cells would be a blur.</summary>
    private const int SharpCells = 240;

    private static readonly LinePattern s_dashes = new([5, 3], 0, "Dashes");

    /// <summary>The centres of <paramref name="columns"/> x <paramref name="rows"/> equal cells, row by row from the top left.</summary>
    /// <param name="area">What the cells cover.</param>
    /// <param name="columns">Cells beside one another.</param>
    /// <param name="rows">Cells above one another.</param>
    /// <returns>One point a cell.</returns>
    public static IEnumerable<(double X, double Y)> CellCenters(this CoordinateRect area, int columns, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                yield return (area.Left + (c + 0.5) * area.Width / columns, area.Top - (r + 0.5) * area.Height / rows);
        }
    }

    /// <summary>Adds a dot for each point; as many as a table has rows make a small file.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="points">Where; those that are not finite are left out.</param>
    /// <param name="color">In which colour.</param>
    /// <param name="name">What the legend calls them; empty leaves them out of it.</param>
    /// <param name="size">The diameter in pixels.</param>
    /// <returns>The dots.</returns>
    public static Markers Dots(this PlottableAdder add, IEnumerable<(double X, double Y)> points, Color color, string name = "", double size = 2.4)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(points);
        var dots = new DotCloud([.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).Select(point => new Coordinates(point.X, point.Y))])
        {
            Color = color.WithAlpha(0.75),
            MarkerShape = MarkerShape.FilledCircle,
            MarkerSize = (float)size,
            LegendText = name,
        };
        add.Plottable(dots);
        return dots;
    }

    /// <summary>Adds a line through points, in their order.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="points">Through which points; one that is not finite is a gap.</param>
    /// <param name="color">In which colour.</param>
    /// <param name="name">What the legend calls it; empty leaves it out of it.</param>
    /// <param name="dashed">Whether it is dashed, and thinner.</param>
    /// <returns>The line.</returns>
    public static Scatter Curve(this PlottableAdder add, IEnumerable<(double X, double Y)> points, Color color, string name = "", bool dashed = false)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(points);
        Scatter curve = add.ScatterLine(
            (Coordinates[])[.. points.Select(point => double.IsFinite(point.X) && double.IsFinite(point.Y) ? new Coordinates(point.X, point.Y) : Coordinates.NaN)], color);
        curve.LineWidth = dashed ? 1.3f : 2;
        curve.LinePattern = dashed ? s_dashes : LinePattern.Solid;
        curve.LegendText = name;
        return curve;
    }

    /// <summary>Adds the bars of a histogram, from 0 up, as one shape.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="edges">The ends of the bars along x, in order; one more than there are bars.</param>
    /// <param name="heights">The height of each.</param>
    /// <param name="color">In which colour; half of what is behind shows through.</param>
    /// <param name="name">What the legend calls them; empty leaves them out of it.</param>
    /// <returns>The shape, whose first and last corner are on the axis.</returns>
    /// <exception cref="ArgumentException">The numbers of edges and heights do not fit.</exception>
    public static Polygon Histogram(this PlottableAdder add, IReadOnlyList<double> edges, IReadOnlyList<double> heights, Color color, string name = "")
    {
        ArgumentNullException.ThrowIfNull(add);
        Polygon bars = add.Polygon((Coordinates[])[new(edges[0], 0), .. Steps(edges, heights).Select(point => new Coordinates(point.X, point.Y)), new(edges[^1], 0)]);
        bars.FillColor = color.WithAlpha(0.5);
        bars.LineWidth = 0;
        bars.MarkerSize = 0;
        bars.LegendText = name;
        // Bars stand on the axis.
        add.Plot.Axes.AutoScaler = new FractionalAutoScaler(0.04, 0.04, 0, 0.06);
        return bars;
    }

    /// <summary>The outline of a histogram, to be drawn as a curve over the bars of another.</summary>
    /// <param name="edges">The ends of the bars along x, in order; one more than there are bars.</param>
    /// <param name="heights">The height of each.</param>
    /// <returns>Two points a bar.</returns>
    /// <exception cref="ArgumentException">The numbers of edges and heights do not fit.</exception>
    public static IEnumerable<(double X, double Y)> Steps(IReadOnlyList<double> edges, IReadOnlyList<double> heights)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(heights);
        if (edges.Count != heights.Count + 1)
            throw new ArgumentException($"{heights.Count} bars have {heights.Count + 1} edges, not {edges.Count}.", nameof(edges));
        return heights.SelectMany((height, i) => new[] { (edges[i], height), (edges[i + 1], height) });
    }

    /// <summary>
    /// Adds a heat map of natural logarithms of a density, logarithmic over three decades below a peak, so that a faint bridge between two
    /// modes shows as well as the modes do. <see cref="DensityScale"/> shows what its colours mean.
    /// </summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="area">What the values cover; the axes then show this.</param>
    /// <param name="columns">Values beside one another.</param>
    /// <param name="rows">Values above one another.</param>
    /// <param name="logDensities">In nats, one for each of <see cref="CellCenters"/>; NaN and minus infinity are white.</param>
    /// <param name="peak">The log-density that is darkest, in nats; the same one makes plots comparable. Null takes the greatest.</param>
    /// <returns>The heat map.</returns>
    /// <exception cref="ArgumentException">There are not that many values, or the peak is not finite.</exception>
    public static Heatmap LogDensity(
        this PlottableAdder add, CoordinateRect area, int columns, int rows, IReadOnlyList<double> logDensities, double? peak = null)
    {
        ArgumentNullException.ThrowIfNull(logDensities);
        double top = peak ?? logDensities.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        if (!double.IsFinite(top))
            throw new ArgumentOutOfRangeException(nameof(peak), FormattableString.Invariant($"The peak is {top}, but must be a finite number."));
        return add.Heat(area, columns, rows, logDensities, top - Decades * Math.Log(10), top);
    }

    /// <summary>Adds a heat map.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="area">What the values cover; the axes then show this.</param>
    /// <param name="columns">Values beside one another.</param>
    /// <param name="rows">Values above one another.</param>
    /// <param name="values">One for each of <see cref="CellCenters"/>; NaN is white.</param>
    /// <param name="low">The number that is white, as are those below.</param>
    /// <param name="high">The number that is darkest, as are those above.</param>
    /// <returns>The heat map.</returns>
    /// <exception cref="ArgumentException">There are not that many values, or the ends are not in order.</exception>
    public static Heatmap Heat(
        this PlottableAdder add, CoordinateRect area, int columns, int rows, IReadOnlyList<double> values, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        if (values.Count != (long)columns * rows)
            throw new ArgumentException($"{columns} x {rows} cells take as many values, not {values.Count}.", nameof(values));
        int repeat = Math.Max(1, SharpCells / Math.Max(columns, rows));
        var cells = new double[rows * repeat, columns * repeat];
        for (int r = 0; r < cells.GetLength(0); r++)
        {
            for (int c = 0; c < cells.GetLength(1); c++)
                cells[r, c] = Drawn(values[r / repeat * columns + c / repeat]);
        }
        Heatmap heat = add.Heatmap(cells);
        heat.Colormap = FlowTheme.Colormap;
        heat.ManualRange = new ScottPlot.Range(low, high);
        heat.Rectangle = area;
        heat.NaNCellColor = Colors.White;
        heat.Smooth = columns >= SharpCells / 2;
        add.Plot.Axes.SetLimits(area);
        return heat;

        double Drawn(double value) => double.IsFinite(value) ? value : value > 0 ? high : double.NaN;
    }

    /// <summary>Adds the scale of a heat map of log-densities to the right of the plot: the density as a share of the peak.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="heat">Made by <see cref="LogDensity"/>.</param>
    /// <param name="label">What stands beside the scale.</param>
    /// <returns>The scale.</returns>
    public static ColorBar DensityScale(this PlottableAdder add, Heatmap heat, string label = "density / its peak")
    {
        ArgumentNullException.ThrowIfNull(heat);
        ColorBar scale = add.Scale(heat, label);
        double low = heat.GetRange().Min, high = heat.GetRange().Max;
        string[] shares = ["0.001", "0.01", "0.1", "1"];
        scale.Axis.SetTicks([low, low + (high - low) / Decades, high - (high - low) / Decades, high], shares);
        return scale;
    }

    /// <summary>Adds the scale of a heat map to the right of the plot.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="heat">The heat map.</param>
    /// <param name="label">What stands beside the scale, with the unit.</param>
    /// <returns>The scale.</returns>
    public static ColorBar Scale(this PlottableAdder add, Heatmap heat, string label)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(heat);
        var scale = new FramedColorBar(heat) { Width = 14 };
        add.Plot.Axes.AddPanel(scale);
        FlowTheme.Apply(scale.Axis);
        scale.Label = label;
        return scale;
    }

    /// <summary>Adds a line across the plot, up from <paramref name="x"/>, and names it in the legend.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="x">Where.</param>
    /// <param name="name">What it stands for.</param>
    /// <returns>The line.</returns>
    public static VerticalLine Rule(this PlottableAdder add, double x, string name)
    {
        ArgumentNullException.ThrowIfNull(add);
        VerticalLine line = add.VerticalLine(x, 1.5f, FlowTheme.Ink, s_dashes);
        line.LegendText = name;
        return line;
    }

    /// <summary>Adds one larger dot, and words to its right.</summary>
    /// <param name="add">Of the plot.</param>
    /// <param name="x">Where.</param>
    /// <param name="y">Where.</param>
    /// <param name="text">What it stands for; empty adds the dot alone.</param>
    /// <param name="color">Of the dot.</param>
    public static void Mark(this PlottableAdder add, double x, double y, string text, Color color)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(text);
        add.Marker(x, y, MarkerShape.FilledCircle, 7, color);
        if (text.Length == 0)
            return;
        Text words = add.Text(text, x, y);
        FlowTheme.Apply(words.LabelStyle, FlowTheme.LabelSize, FlowTheme.Text);
        words.LabelAlignment = Alignment.MiddleLeft;
        words.OffsetX = 8;
        words.OffsetY = 2;
    }
}
