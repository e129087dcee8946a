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

    /// <summary>A line through points close to one another; it stops where it leaves the view.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, string color, bool dashed = false)
    {
        var visible = new List<(double X, double Y)>();
        foreach (var point in points.Append((X: double.NaN, Y: double.NaN)))
        {
            if (Inside(point))
            {
                visible.Add((PixelX(point.X), PixelY(point.Y)));
                continue;
            }
            if (visible.Count > 1)
                svg.Curve(visible, 2, color, dashed);
            visible.Clear();
        }
    }

    /// <summary>One larger dot, and what it stands for to its right.</summary>
    public void Mark(double x, double y, string text, string color)
    {
        svg.Dots([(PixelX(x), PixelY(y))], 7, color, 1);
        svg.Text(PixelX(x) + 9, PixelY(y) + 4, text, 12);
    }

    /// <summary>Faint lines at the ticks, drawn before the content.</summary>
    public void Grid(bool decadesY = false)
    {
        foreach (Tick tick in Ticks.Between(view.MinX, view.MaxX))
            svg.Line(PixelX(tick.Value), top, PixelX(tick.Value), top + size, "#e9ecef");
        foreach (Tick tick in TicksY(decadesY))
            svg.Line(left, PixelY(tick.Value), left + size, PixelY(tick.Value), "#e9ecef");
    }

    /// <summary>
    /// Frame and ticks, drawn last so that the content does not cover them. A label of null is left out; with
    /// <paramref name="decadesY"/> the view's y are decimal logarithms.
    /// </summary>
    public void Axes(string? labelX, string? labelY, bool decadesY = false)
    {
        svg.Frame(left, top, size, size);
        foreach (Tick tick in Ticks.Between(view.MinX, view.MaxX))
        {
            svg.Line(PixelX(tick.Value), top + size, PixelX(tick.Value), top + size + 4);
            svg.Text(PixelX(tick.Value), top + size + 17, tick.Label, 11, "middle");
        }
        foreach (Tick tick in TicksY(decadesY))
        {
            svg.Line(left - 4, PixelY(tick.Value), left, PixelY(tick.Value));
            svg.Text(left - 7, PixelY(tick.Value) + 4, tick.Label, 11, "end");
        }
        if (labelX is not null)
            svg.Text(left + size / 2, top + size + 33, labelX, 12, "middle");
        if (labelY is not null)
            svg.Text(left - 16 - 6.2 * TicksY(decadesY).Max(tick => tick.Label.Length), top + size / 2, labelY, 12, "middle", turned: true);
    }

    private IReadOnlyList<Tick> TicksY(bool decades) =>
        decades ? Ticks.Decades(view.MinY, view.MaxY) : Ticks.Between(view.MinY, view.MaxY);

    private bool Inside((double X, double Y) p) => p.X > view.MinX && p.X < view.MaxX && p.Y > view.MinY && p.Y < view.MaxY;

    private double PixelX(double x) => left + (x - view.MinX) / view.Width * size;

    private double PixelY(double y) => top + (view.MaxY - y) / view.Height * size;
}
