namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>Where a plot is drawn: a rectangle with a title above it, a frame and axes.</summary>
internal sealed class Panel(Svg svg, Plot plot, double left, double top, double width, double height)
{
    /// <summary>Pixels that a digit of a tick is wide.</summary>
    private const double Digit = 6.2;
    private const int LongestName = 18;

    private readonly PlotArea _view = plot.Shown();

    /// <summary>What is needed above: title and subtitle.</summary>
    public static double Above(Plot plot) => (plot.Title.Length > 0 ? 20 : 0) + (plot.Subtitle.Length > 0 ? 17 : 0) + 8;

    /// <summary>What is needed below: ticks and label.</summary>
    public static double Below(Plot plot) =>
        (plot.NamesX is { } names && !AreShort(names) ? 14 + 0.75 * Digit * Longest(names) : 22) + (plot.LabelX is null ? 0 : 18);

    /// <summary>What is needed to the left: ticks and label.</summary>
    public static double Before(Plot plot) =>
        12 + Digit * Longest(TicksY(plot, plot.Shown()).Select(tick => tick.Label)) + (plot.LabelY is null ? 0 : 18);

    public void Draw()
    {
        double baseline = top - 10;
        if (plot.Subtitle.Length > 0)
        {
            svg.Text(left, baseline, plot.Subtitle, 12, color: Svg.Grey);
            baseline -= 17;
        }
        svg.Text(left, baseline, plot.Title, 14, bold: true);
        if (plot.Grid)
            DrawGrid();
        foreach (Layer layer in plot.Layers)
            layer.Draw(this);
        DrawAxes();
    }

    public void Scatter(IEnumerable<(double X, double Y)> points, PlotColor color, double diameter) =>
        svg.Dots(points.Where(Inside).Select(p => (PixelX(p.X), PixelY(p.Y))), diameter, color.Hex, 0.75);

    public void Curve(IEnumerable<(double X, double Y)> points, PlotColor color, bool dashed)
    {
        var visible = new List<(double X, double Y)>();
        var (nowhere, last) = ((X: double.NaN, Y: double.NaN), (X: double.NaN, Y: double.NaN));
        foreach (var point in points.Append(nowhere))
        {
            bool inside = Inside(point);
            if (inside != Inside(last) && double.IsFinite(point.X + point.Y + last.X + last.Y))
                Add(inside ? Crossing(point, last) : Crossing(last, point));
            if (inside)
                Add(point);
            else
            {
                if (visible.Count > 1)
                    svg.Curve(visible, dashed ? 1.3 : 2, color.Hex, dashed);
                visible.Clear();
            }
            last = point;
        }

        void Add((double X, double Y) point) => visible.Add((PixelX(point.X), PixelY(point.Y)));
    }

    /// <summary>Where the way from a point inside to one outside meets the axes.</summary>
    private (double X, double Y) Crossing((double X, double Y) inside, (double X, double Y) outside)
    {
        double share = Math.Min(
            Share(inside.X, outside.X, _view.MinX, _view.MaxX), Share(inside.Y, outside.Y, _view.MinY, _view.MaxY));
        return (inside.X + share * (outside.X - inside.X), inside.Y + share * (outside.Y - inside.Y));

        static double Share(double from, double to, double min, double max) =>
            to > max ? (max - from) / (to - from) : to < min ? (min - from) / (to - from) : 1;
    }

    public void Bars(IReadOnlyList<double> edges, IReadOnlyList<double> heights, PlotColor color)
    {
        double floor = ClampY(0);
        for (int i = 0; i < heights.Count; i++)
        {
            double x1 = ClampX(edges[i]), x2 = ClampX(edges[i + 1]), y = ClampY(heights[i]);
            if (x2 > x1 && heights[i] > 0)
                svg.Bar(x1, y, x2 - x1, floor - y, color.Hex, 0.5);
        }
    }

    public void Heat(PlotArea area, int columns, int rows, IReadOnlyList<double> values, ColorScale scale)
    {
        // Viewers smooth an enlarged picture, so that few cells would be a blur.
        int magnify = Math.Max(1, 240 / Math.Max(columns, rows));
        double x = PixelX(area.MinX), y = PixelY(area.MaxY);
        svg.Image(x, y, PixelX(area.MaxX) - x, PixelY(area.MinY) - y, scale.Png(columns, rows, values, magnify));
    }

    public void Rule(double x, string text)
    {
        if (!(x >= _view.MinX && x <= _view.MaxX))
            return;
        double at = PixelX(x);
        bool left = x > (_view.MinX + _view.MaxX) / 2;
        svg.Curve([(at, top), (at, top + height)], 1.5, Svg.Ink, dashed: true);
        svg.Text(at + (left ? -6 : 6), top + 16, text, 12, left ? "end" : "start");
    }

    public void Mark(double x, double y, string text, PlotColor color)
    {
        svg.Dots([(PixelX(x), PixelY(y))], 7, color.Hex, 1);
        svg.Text(PixelX(x) + 9, PixelY(y) + 4, text, 12);
    }

    private void DrawGrid()
    {
        foreach (Tick tick in TicksX(plot, _view))
            svg.Line(PixelX(tick.Value), top, PixelX(tick.Value), top + height, "#e9ecef");
        foreach (Tick tick in TicksY(plot, _view))
            svg.Line(left, PixelY(tick.Value), left + width, PixelY(tick.Value), "#e9ecef");
    }

    /// <summary>Frame and ticks, drawn last so that the content does not cover them.</summary>
    private void DrawAxes()
    {
        svg.Frame(left, top, width, height);
        bool turned = plot.NamesX is { } names && !AreShort(names);
        foreach (Tick tick in TicksX(plot, _view))
        {
            double x = PixelX(tick.Value);
            svg.Line(x, top + height, x, top + height + 4);
            if (turned)
                svg.Text(x + 3, top + height + 12, tick.Label, 11, "end", turn: -45);
            else
                svg.Text(x, top + height + 17, tick.Label, 11, "middle");
        }
        // A place without a name has no tick.
        foreach (Tick tick in TicksY(plot, _view).Where(tick => tick.Label.Length > 0))
        {
            svg.Line(left - 4, PixelY(tick.Value), left, PixelY(tick.Value));
            svg.Text(left - 7, PixelY(tick.Value) + 4, tick.Label, 11, "end");
        }
        if (plot.LabelX is not null)
            svg.Text(left + width / 2, top + height + Below(plot) - 6, plot.LabelX, 12, "middle");
        if (plot.LabelY is not null)
            svg.Text(left - Before(plot) + 14, top + height / 2, plot.LabelY, 12, "middle", turn: -90);
    }

    private IReadOnlyList<Tick> TicksX(Plot plot, PlotArea view)
    {
        if (plot.NamesX is { } names)
            return Named(names);
        if (plot.DecadesX)
            return Ticks.Decades(view.MinX, view.MaxX);
        // As many as there is room for.
        int most = Math.Max(3, (int)(width / 38));
        Func<double, double, int, IReadOnlyList<Tick>> between = plot.DatesX ? DateTicks.Between : Ticks.Between;
        var ticks = between(view.MinX, view.MaxX, most);
        while (most > 2 && ticks.Count * (Digit * Longest(ticks.Select(tick => tick.Label)) + 12) > width)
            ticks = between(view.MinX, view.MaxX, --most);
        return ticks;
    }

    private static IReadOnlyList<Tick> TicksY(Plot plot, PlotArea view) =>
        plot.NamesY is { } names ? Named(names)
        : plot.DecadesY ? Ticks.Decades(view.MinY, view.MaxY)
        : Ticks.Between(view.MinY, view.MaxY);

    private static IReadOnlyList<Tick> Named(IReadOnlyList<string> names) => [.. names.Select((name, i) => new Tick(i, Short(name)))];

    /// <summary>Whether names have room beside one another in any plot.</summary>
    private static bool AreShort(IReadOnlyList<string> names) => names.Count * (Longest(names) + 2) * Digit < 120;

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "\u2026";

    private static int Longest(IEnumerable<string> names) => names.Select(name => Short(name).Length).DefaultIfEmpty(0).Max();

    private bool Inside((double X, double Y) p) => p.X >= _view.MinX && p.X <= _view.MaxX && p.Y >= _view.MinY && p.Y <= _view.MaxY;

    private double ClampX(double x) => Math.Clamp(PixelX(x), left, left + width);

    private double ClampY(double y) => Math.Clamp(PixelY(y), top, top + height);

    private double PixelX(double x) => left + (x - _view.MinX) / _view.Width * width;

    private double PixelY(double y) => top + (_view.MaxY - y) / _view.Height * height;
}
