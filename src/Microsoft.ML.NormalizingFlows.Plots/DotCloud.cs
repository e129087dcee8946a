using ScottPlot;
using ScottPlot.DataSources;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// Markers that are drawn in one go: a round dot is a line of no length with round ends, and many are one path, which takes a tenth of the
/// room that as many circles take in SVG.
/// </summary>
internal sealed class DotCloud(Coordinates[] points) : Markers(new ScatterSourceCoordinatesArray(points)), IPlottable
{
    private const float LegendSize = 8;

    /// <summary>A dot of the legend is large enough to show its colour.</summary>
    IEnumerable<LegendItem> IPlottable.LegendItems
    {
        get
        {
            MarkerStyle style = new(MarkerShape, Math.Max(LegendSize, MarkerSize)) { FillColor = MarkerFillColor.WithAlpha(1.0), LineColor = MarkerLineColor.WithAlpha(1.0) };
            return LegendItem.Single(this, LegendText, style);
        }
    }

    public override void Render(RenderPack rp)
    {
        if (MarkerShape != MarkerShape.FilledCircle || Colormap is not null)
        {
            base.Render(rp);
            return;
        }
        PixelRect near = rp.DataRect.Expand(MarkerSize);
        using var path = new SKPath();
        foreach (Pixel pixel in Data.GetScatterPoints().Select(Axes.GetPixel).Where(near.Contains))
        {
            path.MoveTo(pixel.X, pixel.Y);
            path.LineTo(pixel.X, pixel.Y);
        }
        using var paint = new SKPaint
        {
            Color = MarkerFillColor.ToSKColor(),
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = MarkerSize,
            StrokeCap = SKStrokeCap.Round,
        };
        rp.Canvas.DrawPath(path, paint);
    }
}
