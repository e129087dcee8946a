using System.Globalization;
using QuickStart.Plot;

namespace PaperToys.OneDimension;

/// <summary>
/// Figures 1 and 3: density, optimal map and slope of its inverse, for the mixture in the first row and given the component in
/// the second.
/// </summary>
internal static class MapFigure
{
    private const double Size = 300, Gap = 82, Left = 78, Top = 168, RowHeight = 414;
    private const double FarX = 3.8, FarZ = 3.4;
    private const int Points = 1_600;
    private static readonly Box Map = new(-FarX, FarX, -FarZ, FarZ), Slope = new(-FarZ, FarZ, -1, 3.3);

    public static void Save(IReadOnlyList<TwoGaussians> mixtures, string path)
    {
        var svg = new Svg(Left + 3 * Size + 2 * Gap + 30, Top + 2 * RowHeight - 60);
        svg.Text(Left, 34, "Why one map struggles with separate modes, and a map for each mode does not", 20, bold: true);
        svg.Text(
            Left, 57, "p(x) = \u00bd N(\u2212\u03bc, s\u00b2) + \u00bd N(\u03bc, s\u00b2), and the map z = f(x) that carries it to N(0, 1) exactly; "
            + "closed form, nothing is trained.", 13, color: "#59616a");
        DrawLegend(svg, mixtures);
        DrawMixture(svg, mixtures, Top);
        DrawComponents(svg, mixtures, Top + RowHeight);
        svg.Save(path);
    }

    private static void DrawMixture(Svg svg, IReadOnlyList<TwoGaussians> mixtures, double top)
    {
        Draw(Place(svg, 0, top, Heights(0.9)), "Mixture", "its density", "p(x)", "x", mixture => Along(x => Math.Exp(mixture.LogDensity(x))));
        Draw(Place(svg, 1, top, Map), "One map for the mixture", "flat between the modes: a cliff of its inverse", "z = f(x)", "x", mixture => Along(mixture.Map));
        Draw(
            Place(svg, 2, top, Slope), "Slope of its inverse", "at z = 0 it is s exp(\u03bc\u00b2 / 2s\u00b2)", "dx/dz, log scale", "z",
            mixture => Noise().Select(z => (z, Math.Log10(mixture.SlopeOfInverse(mixture.Inverse(z))))),
            mixture => mixture.SlopeAtZero);

        void Draw(
            Panel panel, string title, string subtitle, string labelY, string labelX,
            Func<TwoGaussians, IEnumerable<(double, double)>> curve, Func<TwoGaussians, double>? peak = null)
        {
            panel.Title(title, subtitle);
            panel.Grid(decadesY: peak is not null);
            for (int i = 0; i < mixtures.Count; i++)
                panel.Curve(curve(mixtures[i]), ColorMap.Groups[i]);
            for (int i = 0; peak is not null && i < mixtures.Count; i++)
                panel.Mark(0, Math.Log10(peak(mixtures[i])), peak(mixtures[i]).ToString("G3", CultureInfo.InvariantCulture), ColorMap.Groups[i]);
            panel.Axes(labelX, labelY, decadesY: peak is not null);
        }
    }

    /// <summary>The component at -mu is dashed.</summary>
    private static void DrawComponents(Svg svg, IReadOnlyList<TwoGaussians> mixtures, double top)
    {
        Draw(
            Place(svg, 0, top, Heights(1.8)), "Given the component k", "dashed: the one at \u2212\u03bc", "p(x | k)", "x",
            (mixture, upper) => Along(x => Math.Exp(mixture.LogDensity(x, upper))));
        Draw(
            Place(svg, 1, top, Map), "A map for each component", "shift and scale: (x \u2213 \u03bc) / s", "z = f(x | k)", "x",
            (mixture, upper) => Along(x => mixture.Map(x, upper)));
        Draw(
            Place(svg, 2, top, Slope), "Slope of their inverses", "it is s everywhere", "dx/dz, log scale", "z",
            (mixture, _) => Noise().Select(z => (z, Math.Log10(mixture.S))), decades: true);

        void Draw(
            Panel panel, string title, string subtitle, string labelY, string labelX,
            Func<TwoGaussians, bool, IEnumerable<(double, double)>> curve, bool decades = false)
        {
            panel.Title(title, subtitle);
            panel.Grid(decades);
            for (int i = 0; i < mixtures.Count; i++)
            {
                panel.Curve(curve(mixtures[i], true), ColorMap.Groups[i]);
                if (!decades)
                    panel.Curve(curve(mixtures[i], false), ColorMap.Groups[i], dashed: true);
            }
            panel.Axes(labelX, labelY, decades);
        }
    }

    private static void DrawLegend(Svg svg, IReadOnlyList<TwoGaussians> mixtures)
    {
        const double Y = 88, Width = 250;
        for (int i = 0; i < mixtures.Count; i++)
        {
            double x = Left + i * Width;
            var (mu, s) = mixtures[i];
            svg.Curve([(x, Y - 5), (x + 26, Y - 5)], 3, ColorMap.Groups[i]);
            svg.Text(x + 33, Y, string.Create(CultureInfo.InvariantCulture, $"\u03bc = {mu:0.##}, s = {s:0.##}  (\u03bc/s = {mu / s:0.##})"), 13);
        }
    }

    private static Panel Place(Svg svg, int column, double top, Box view) => new(svg, Left + column * (Size + Gap), top, Size, view);

    private static Box Heights(double highest) => new(-FarX, FarX, -0.03 * highest, highest);

    private static IEnumerable<(double X, double Y)> Along(Func<double, double> function) =>
        Enumerable.Range(0, Points + 1).Select(i => FarX * (2.0 * i / Points - 1)).Select(x => (x, function(x)));

    /// <summary>Values of z, crowded at 0, where the slope has a narrow peak.</summary>
    private static IEnumerable<double> Noise() =>
        Enumerable.Range(0, Points + 1).Select(i => FarZ * Math.Pow(2.0 * i / Points - 1, 5));
}
