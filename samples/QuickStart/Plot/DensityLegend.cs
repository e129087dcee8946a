using System.Globalization;

namespace QuickStart.Plot;

/// <summary>The colours of <see cref="DensityScale"/> with their meaning, about 80 pixels wide.</summary>
internal static class DensityLegend
{
    public static void Draw(Svg svg, double left, double top, double height)
    {
        svg.Image(left, top, 14, height, DensityScale.Legend());
        svg.Frame(left, top, 14, height);
        for (int decade = 0; decade <= DensityScale.Decades; decade++)
        {
            double y = top + height * decade / DensityScale.Decades;
            svg.Line(left + 14, y, left + 18, y);
            svg.Text(left + 22, y + 4, decade == 0 ? "1" : (1 / Math.Pow(10, decade)).ToString(CultureInfo.InvariantCulture), 11);
        }
        svg.Text(left + 74, top + height / 2, "density / peak of the true density", 12, "middle", turned: true);
    }
}
