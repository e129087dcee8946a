namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>The colours of a <see cref="ColorScale"/> with their meaning, dark at the top.</summary>
internal static class ColorBar
{
    public const double Width = 92;
    private const double BarWidth = 14;
    private const int Steps = 128;

    public static void Draw(Svg svg, ColorScale scale, double left, double top, double height)
    {
        ColorScale share = ColorScale.Linear(0, 1, "");
        svg.Image(left, top, BarWidth, height, share.Png(1, Steps, [.. Enumerable.Range(0, Steps).Select(i => 1 - i / (Steps - 1.0))], magnify: 1));
        svg.Frame(left, top, BarWidth, height);
        foreach (Tick tick in scale.Ticks)
        {
            double y = top + height * (1 - tick.Value);
            svg.Line(left + BarWidth, y, left + BarWidth + 4, y);
            svg.Text(left + BarWidth + 8, y + 4, tick.Label, 11);
        }
        svg.Text(left + BarWidth + 60, top + height / 2, scale.Label, 12, "middle", turn: -90);
    }
}
