using System.Globalization;

namespace QuickStart.Plot;

/// <summary>A square plot with a title, a line below it, a frame and axes.</summary>
internal sealed class Panel(Svg svg, double left, double top, double size, Box view)
{
    public void Title(string title, string subtitle)
    {
        svg.Text(left, top - 25, title, 15, bold: true);
        svg.Text(left, top - 8, subtitle, 12, color: "#59616a");
    }

    public void Image(byte[] png) => svg.Image(left, top, size, size, png);

    /// <summary>Dots of one colour; those outside the view are left out.</summary>
    public void Scatter(IEnumerable<(double X, double Y)> points, string color) =>
        svg.Dots(points.Where(Inside).Select(p => (PixelX(p.X), PixelY(p.Y))), 2.4, color, 0.8);

    /// <summary>Frame and ticks, drawn last so that the content does not cover them.</summary>
    public void Axes(bool labelX, bool labelY)
    {
        svg.Frame(left, top, size, size);
        foreach (double tick in Ticks(view.MinX, view.MaxX))
        {
            svg.Line(PixelX(tick), top + size, PixelX(tick), top + size + 4);
            svg.Text(PixelX(tick), top + size + 17, Label(tick), 11, "middle");
        }
        foreach (double tick in Ticks(view.MinY, view.MaxY))
        {
            svg.Line(left - 4, PixelY(tick), left, PixelY(tick));
            svg.Text(left - 7, PixelY(tick) + 4, Label(tick), 11, "end");
        }
        if (labelX)
            svg.Text(left + size / 2, top + size + 33, "x", 12, "middle");
        if (labelY)
            svg.Text(left - 32, top + size / 2, "y", 12, "middle", turned: true);
    }

    private bool Inside((double X, double Y) p) => p.X > view.MinX && p.X < view.MaxX && p.Y > view.MinY && p.Y < view.MaxY;

    private double PixelX(double x) => left + (x - view.MinX) / view.Width * size;

    private double PixelY(double y) => top + (view.MaxY - y) / view.Height * size;

    private static IEnumerable<double> Ticks(double min, double max)
    {
        for (double tick = Math.Ceiling(min); tick <= max; tick++)
            yield return tick;
    }

    private static string Label(double tick) => tick.ToString("0", CultureInfo.InvariantCulture).Replace('-', '\u2212');
}
