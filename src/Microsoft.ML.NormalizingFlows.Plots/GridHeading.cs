using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>Title, subtitle and legend of a <see cref="PlotGrid"/>, for the width that there is.</summary>
internal sealed class GridHeading
{
    private const float TitleLine = 26, SubtitleLine = 19, Below = 6;
    private readonly LabelStyle _title = new(), _subtitle = new();
    private readonly string[] _lines;
    private readonly Legend? _legend;
    private readonly PixelSize _legendSize;
    private readonly float _width;

    public GridHeading(PlotGrid grid, float width)
    {
        _width = width;
        FlowTheme.Apply(_title, FlowTheme.TitleSize, FlowTheme.Text, bold: true);
        FlowTheme.Apply(_subtitle, FlowTheme.SubtitleSize, FlowTheme.FaintText);
        _title.Text = grid.Title;
        using Paint paint = Paint.NewDisposablePaint();
        TitleWidth = _title.Measure(grid.Title, paint).Width;
        _lines = [.. Wrap(grid.Subtitle, _subtitle, Math.Max(width, TitleWidth), paint)];
        LegendItem[] items = grid.ShowLegend ? Items(grid) : [];
        // ScottPlot's own place is a little above the middle of the symbol.
        foreach (LegendItem item in items)
            item.LabelStyle.OffsetY = 1.5f;
        if (items.Length > 0)
        {
            _legend = new Legend(new Plot())
            {
                ManualItems = [.. items],
                Orientation = Orientation.Horizontal,
                TightHorizontalWrapping = true,
                Padding = new PixelPadding(0, 2),
                InterItemPadding = new PixelPadding(0, 22, 4, 4),
            };
            FlowTheme.Apply(_legend);
            _legendSize = _legend.GetLayout(new PixelSize(Math.Max(width, TitleWidth), 10_000), paint).LegendRect.Size;
        }
        Height = (grid.Title.Length > 0 ? TitleLine : 0) + SubtitleLine * _lines.Length + (_legend is null ? 0 : _legendSize.Height + 4);
        Height += Height > 0 ? Below : 0;
    }

    public float Height { get; }

    public float TitleWidth { get; }

    public void Draw(SKCanvas canvas, Pixel corner)
    {
        using Paint paint = Paint.NewDisposablePaint();
        float y = corner.Y;
        if (_title.Text.Length > 0)
        {
            _title.Render(canvas, new Pixel(corner.X, y), paint);
            y += TitleLine;
        }
        foreach (string line in _lines)
        {
            _subtitle.Render(canvas, new Pixel(corner.X, y), paint, line);
            y += SubtitleLine;
        }
        _legend?.Render(canvas, paint, new PixelRect(corner.X, corner.X + Math.Max(_width, TitleWidth), y + 4 + _legendSize.Height, y + 4), Alignment.UpperLeft);
    }

    private static LegendItem[] Items(PlotGrid grid) =>
        [.. grid.Subplots.GetPlots().SelectMany(plot => plot.GetPlottables()).Where(plottable => plottable.IsVisible)
            .SelectMany(plottable => plottable.LegendItems).Where(item => !string.IsNullOrEmpty(item.LabelText)).DistinctBy(item => item.LabelText)];

    /// <summary>Breaks text between words into lines of at most so many pixels.</summary>
    private static IEnumerable<string> Wrap(string text, LabelStyle style, float width, Paint paint)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && style.Measure(longer, paint).Width > width)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        if (line.Length > 0)
            yield return line;
    }
}
