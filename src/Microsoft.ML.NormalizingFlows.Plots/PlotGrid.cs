using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// Plots of ScottPlot in rows and columns under a title, with one legend for all: their data areas have one size and stand in line, however
/// wide their numbers are. It is saved as SVG or PNG, and shows in the controls of ScottPlot as any <see cref="IMultiplot"/> does.
/// </summary>
/// <param name="title">The line above all; empty leaves it out.</param>
/// <param name="subtitle">Smaller text below the title, broken into lines; empty leaves it out.</param>
/// <example>
/// <code>
/// PlotGrid pairs = FlowPlots.Pairs(data, samples);
/// pairs[0, 0].Title("restyled");                   // a ScottPlot.Plot
/// pairs.Save("pairs.svg");
/// </code>
/// </example>
public sealed class PlotGrid(string title = "", string subtitle = "") : IMultiplot
{
    private const int Edge = 16, BottomEdge = 8;
    private readonly Dictionary<(int Row, int Column), Plot> _places = [];
    private string _title = title ?? throw new ArgumentNullException(nameof(title));
    private string _subtitle = subtitle ?? throw new ArgumentNullException(nameof(subtitle));

    /// <summary>The line above all; empty leaves it out.</summary>
    public string Title
    {
        get => _title;
        set => _title = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Smaller text below the title; empty leaves it out.</summary>
    public string Subtitle
    {
        get => _subtitle;
        set => _subtitle = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Pixels between the left and right axis of each plot. Default 280.</summary>
    public int PlotWidth { get; set; } = 280;

    /// <summary>Pixels between the lower and upper axis of each plot. Default 280.</summary>
    public int PlotHeight { get; set; } = 280;

    /// <summary>Whether what the plots name is listed below the title, each name once. Default true.</summary>
    public bool ShowLegend { get; set; } = true;

    /// <inheritdoc/>
    public SubplotCollection Subplots { get; } = new();

    /// <summary>How the plots are placed; by default in line, in the row and column that each was added to.</summary>
    public IMultiplotLayout Layout
    {
        get => field ??= new AlignedLayout(_places);
        set;
    }

    /// <inheritdoc/>
    public MultiplotLayoutSnapshot LastRender { get; } = new();

    /// <inheritdoc/>
    public MultiplotSharedAxisManager SharedAxes { get; } = new();

    /// <inheritdoc/>
    public List<IMultiplotPreRenderAction> PreRenderActions { get; } = [];

    /// <summary>The plot at a place.</summary>
    /// <param name="row">From 0, the uppermost.</param>
    /// <param name="column">From 0, the leftmost.</param>
    /// <returns>The plot, to be restyled.</returns>
    /// <exception cref="ArgumentException">There is none at that place.</exception>
    public Plot this[int row, int column] => _places.GetValueOrDefault((row, column))
        ?? throw new ArgumentException($"There is no plot at row {row}, column {column}.", nameof(row));

    /// <summary>Places a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="row">From 0, the uppermost.</param>
    /// <param name="column">From 0, the leftmost.</param>
    /// <returns>This grid.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The place is negative.</exception>
    /// <exception cref="ArgumentException">There is a plot at that place.</exception>
    public PlotGrid Add(Plot plot, int row = 0, int column = 0)
    {
        ArgumentNullException.ThrowIfNull(plot);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        if (!_places.TryAdd((row, column), plot))
            throw new ArgumentException($"There is a plot at row {row}, column {column} already: choose another place.", nameof(plot));
        Subplots.Add(plot);
        return this;
    }

    /// <summary>The size in pixels at which each plot has its <see cref="PlotWidth"/> and <see cref="PlotHeight"/>.</summary>
    /// <returns>Width and height.</returns>
    /// <exception cref="InvalidOperationException">There is no plot.</exception>
    public (int Width, int Height) Measure()
    {
        if (_places.Count == 0)
            throw new InvalidOperationException($"The grid '{Title}' has no plot: add one.");
        PixelSize plots = AlignedLayout.Measure(_places, PlotWidth, PlotHeight);
        var heading = new GridHeading(this, plots.Width);
        return ((int)Math.Ceiling(Math.Max(plots.Width, heading.TitleWidth)) + 2 * Edge, (int)Math.Ceiling(heading.Height + plots.Height) + Edge + BottomEdge);
    }

    /// <summary>Draws all of it.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="figureRect">In which rectangle.</param>
    public void Render(SKCanvas canvas, PixelRect figureRect)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        SharedAxes.UpdateSharedPlotAxisLimits();
        foreach (IMultiplotPreRenderAction action in PreRenderActions)
            action.Invoke();
        using (var white = new SKPaint { Color = SKColors.White })
            canvas.DrawRect(figureRect.Left, figureRect.Top, figureRect.Width, figureRect.Height, white);
        PixelRect inner = figureRect.Contract(new PixelPadding(Edge, Edge, BottomEdge, Edge));
        var heading = new GridHeading(this, inner.Width);
        heading.Draw(canvas, inner.TopLeft);
        PixelRect rest = new(inner.Left, inner.Right, inner.Bottom, inner.Top + heading.Height);
        PixelRect[] places = Layout.GetSubplotRectangles(Subplots, rest);
        for (int i = 0; i < places.Length; i++)
        {
            Plot plot = Subplots.GetPlot(i);
            plot.RenderManager.ClearCanvasBeforeEachRender = false;
            plot.Render(canvas, places[i]);
            LastRender.Remember(plot, places[i]);
        }
    }

    /// <summary>The picture as SVG text: any browser shows it, and it stays sharp at every size.</summary>
    /// <returns>A whole SVG document.</returns>
    /// <exception cref="InvalidOperationException">There is no plot.</exception>
    public string ToSvg() => SvgPicture.Of(this);

    /// <summary>Writes the picture to a file of the kind that its name ends with: <c>.svg</c>, or <c>.png</c> of twice as many pixels.</summary>
    /// <param name="path">Where, such as <c>density.svg</c>; a file that is there is replaced.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    /// <exception cref="InvalidOperationException">There is no plot.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Func<byte[]> picture = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => () => System.Text.Encoding.UTF8.GetBytes(ToSvg()),
            ".png" => ToPng,
            var ending => throw new ArgumentException($"'{path}' ends with '{ending}', but a picture is saved as .svg or .png.", nameof(path)),
        };
        PictureFile.Write(path, picture);
    }

    private byte[] ToPng()
    {
        const int Scale = 2;
        var (width, height) = Measure();
        using var surface = SKSurface.Create(new SKImageInfo(Scale * width, Scale * height));
        surface.Canvas.Scale(Scale);
        Render(surface.Canvas, new PixelRect(0, width, height, 0));
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
