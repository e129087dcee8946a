using System.Xml.Linq;
using ScottPlot;
using ScottPlot.Plottables;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>What a picture holds and shows.</summary>
internal static class Pictures
{
    public static XElement Svg(this PlotGrid grid) => XElement.Parse(grid.ToSvg());

    public static List<string> Texts(this PlotGrid grid) => [.. grid.Svg().Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];

    /// <summary>The points of the only markers or line of that kind that a plot has.</summary>
    public static IReadOnlyList<Coordinates> Dots(this Plot plot) => Assert.Single(plot.GetPlottables<Markers>()).Data.GetScatterPoints();

    public static IReadOnlyList<Coordinates> Line(this Plot plot, string name) =>
        Assert.Single(plot.GetPlottables<Scatter>(), line => line.LegendText == name).Data.GetScatterPoints();

    /// <summary>The heights of a histogram's bars.</summary>
    public static double[] Heights(this Plot plot, string name) =>
        [.. Assert.Single(plot.GetPlottables<Polygon>(), bars => bars.LegendText == name).Coordinates[1..^1].Where((_, i) => i % 2 == 0).Select(corner => corner.Y)];
}
