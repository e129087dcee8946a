using Microsoft.ML.NormalizingFlows.Plots.Drawing;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>Plots in rows and columns under a title, as a picture in SVG: any browser shows it, and it stays sharp at every size.</summary>
/// <param name="title">The line above all.</param>
/// <param name="subtitle">Smaller text below the title.</param>
/// <example>
/// <code>
/// Figure figure = FlowPlots.Density(model, data);
/// figure.Save("density.svg");
/// </code>
/// </example>
public sealed class Figure(string title, string subtitle = "")
{
    private const double Edge = 16, Gap = 18, TitleSize = 19, SubtitleSize = 13;
    private readonly Dictionary<(int Row, int Column), Plot> _plots = [];

    /// <summary>The line above all.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>Smaller text below the title.</summary>
    public string Subtitle { get; } = subtitle ?? throw new ArgumentNullException(nameof(subtitle));

    /// <summary>Pixels between the left and right axis of each plot. Default 280.</summary>
    public double PlotWidth { get; init; } = 280;

    /// <summary>Pixels between the lower and upper axis of each plot. Default 280.</summary>
    public double PlotHeight { get; init; } = 280;

    /// <summary>Places a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="row">From 0, the uppermost.</param>
    /// <param name="column">From 0, the leftmost.</param>
    /// <returns>This figure.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The place is negative.</exception>
    /// <exception cref="ArgumentException">There is a plot at that place.</exception>
    public Figure Add(Plot plot, int row = 0, int column = 0)
    {
        ArgumentNullException.ThrowIfNull(plot);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        if (!_plots.TryAdd((row, column), plot))
            throw new ArgumentException($"There is a plot at row {row}, column {column} already: choose another place.", nameof(plot));
        return this;
    }

    /// <summary>The picture as SVG text.</summary>
    /// <returns>A whole SVG document.</returns>
    /// <exception cref="InvalidOperationException">There is no plot, or one has nothing to draw.</exception>
    public string ToSvg()
    {
        if (_plots.Count == 0)
            throw new InvalidOperationException($"The figure '{Title}' has no plot: add one.");
        double[] before = Lanes(place => place.Column, Panel.Before), above = Lanes(place => place.Row, Panel.Above), below = Lanes(place => place.Row, Panel.Below);
        ColorScale? scale = _plots.Values.SelectMany(plot => plot.Layers).FirstOrDefault(layer => layer.Scale is not null)?.Scale;
        double grid = before.Sum() + before.Length * PlotWidth + (before.Length - 1) * Gap;
        double width = Math.Max(grid + (scale is null ? 0 : Gap + ColorBar.Width), TextSize.Width(Title, TitleSize) + 8);
        var subtitle = TextSize.Wrap(Subtitle, SubtitleSize, width);
        var legend = new Legend(_plots.OrderBy(place => place.Key).Select(place => place.Value), width);
        double head = Edge + (Title.Length > 0 ? 26 : 0) + 19 * subtitle.Count;
        double top = head + legend.Height + 6;
        double height = top + above.Sum() + below.Sum() + above.Length * PlotHeight + (above.Length - 1) * Gap / 2 + Edge / 2;

        var svg = new Svg(width + 2 * Edge, height, Title);
        svg.Text(Edge, Edge + 18, Title, TitleSize, bold: true);
        for (int i = 0; i < subtitle.Count; i++)
            svg.Text(Edge, Edge + (Title.Length > 0 ? 40 : 14) + 19 * i, subtitle[i], SubtitleSize, color: Svg.Grey);
        legend.Draw(svg, Edge, head + 4);
        foreach (var ((row, column), plot) in _plots.OrderBy(place => place.Key))
        {
            double x = Edge + before.Take(column + 1).Sum() + column * (PlotWidth + Gap);
            double y = top + above.Take(row + 1).Sum() + below.Take(row).Sum() + row * (PlotHeight + Gap / 2);
            new Panel(svg, plot, x, y, PlotWidth, PlotHeight).Draw();
        }
        if (scale is not null)
            ColorBar.Draw(svg, scale, Edge + grid + Gap, top + above[0], PlotHeight);
        return svg.ToString();
    }

    /// <summary>Writes the picture to a file.</summary>
    /// <param name="path">Where, such as <c>density.svg</c>; a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why.</exception>
    public void Save(string path) => PictureFile.Write(path, ToSvg);

    /// <summary>The most that the plots of each row, or of each column, need.</summary>
    private double[] Lanes(Func<(int Row, int Column), int> lane, Func<Plot, double> need) =>
        [.. Enumerable.Range(0, _plots.Keys.Max(lane) + 1)
            .Select(i => _plots.Where(place => lane(place.Key) == i).Select(place => need(place.Value)).DefaultIfEmpty(0).Max())];
}
