using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;

namespace PaperToys.OneDimension;

/// <summary>
/// Figures 1 and 3: density, optimal map and slope of its inverse, for the mixture in the first row and given the component in
/// the second.
/// </summary>
internal static class MapFigure
{
    private const double FarX = 3.8, FarZ = 3.4;
    private const int Points = 1_600;
    private static readonly CoordinateRect Map = new(-FarX, FarX, -FarZ, FarZ), Slope = new(-FarZ, FarZ, -1, 3.3);

    public static void Save(IReadOnlyList<TwoGaussians> mixtures, string path)
    {
        var figure = new PlotGrid(
            "Why one map struggles with separate modes, and a map for each mode does not",
            "p(x) = \u00bd N(\u2212\u03bc, s\u00b2) + \u00bd N(\u03bc, s\u00b2), and the map z = f(x) that carries it to N(0, 1) exactly; closed form, nothing is trained.")
        {
            PlotWidth = 300,
            PlotHeight = 300,
        };
        DrawMixture(figure, mixtures);
        DrawComponents(figure, mixtures);
        figure.Save(path);
    }

    private static void DrawMixture(PlotGrid figure, IReadOnlyList<TwoGaussians> mixtures)
    {
        Draw(0, Heights(0.9), "Mixture", "its density", "p(x)", "x", mixture => Along(x => Math.Exp(mixture.LogDensity(x))));
        Draw(1, Map, "One map for the mixture", "flat between the modes: a cliff of its inverse", "z = f(x)", "x", mixture => Along(mixture.Map));
        Draw(
            2, Slope, "Slope of its inverse", "at z = 0 it is s exp(\u03bc\u00b2 / 2s\u00b2)", "dx/dz, log scale", "z",
            mixture => Noise().Select(z => (z, Math.Log10(mixture.SlopeOfInverse(mixture.Inverse(z))))),
            mixture => mixture.SlopeAtZero);

        void Draw(
            int column, CoordinateRect area, string title, string subtitle, string labelY, string labelX,
            Func<TwoGaussians, IEnumerable<(double, double)>> curve, Func<TwoGaussians, double>? peak = null)
        {
            var plot = New(area, title, subtitle, labelY, labelX, decades: peak is not null);
            for (int i = 0; i < mixtures.Count; i++)
                plot.Add.Curve(curve(mixtures[i]), FlowTheme.Group(i), Name(mixtures[i]));
            for (int i = 0; peak is not null && i < mixtures.Count; i++)
                plot.Add.Mark(0, Math.Log10(peak(mixtures[i])), peak(mixtures[i]).ToString("G3", CultureInfo.InvariantCulture), FlowTheme.Group(i));
            figure.Add(plot, 0, column);
        }
    }

    /// <summary>The component at -mu is dashed.</summary>
    private static void DrawComponents(PlotGrid figure, IReadOnlyList<TwoGaussians> mixtures)
    {
        Draw(
            0, Heights(1.8), "Given the component k", "dashed: the one at \u2212\u03bc", "p(x | k)", "x",
            (mixture, upper) => Along(x => Math.Exp(mixture.LogDensity(x, upper))));
        Draw(
            1, Map, "A map for each component", "shift and scale: (x \u2213 \u03bc) / s", "z = f(x | k)", "x",
            (mixture, upper) => Along(x => mixture.Map(x, upper)));
        Draw(
            2, Slope, "Slope of their inverses", "it is s everywhere", "dx/dz, log scale", "z",
            (mixture, _) => Noise().Select(z => (z, Math.Log10(mixture.S))), decades: true);

        void Draw(
            int column, CoordinateRect area, string title, string subtitle, string labelY, string labelX,
            Func<TwoGaussians, bool, IEnumerable<(double, double)>> curve, bool decades = false)
        {
            var plot = New(area, title, subtitle, labelY, labelX, decades);
            for (int i = 0; i < mixtures.Count; i++)
            {
                plot.Add.Curve(curve(mixtures[i], true), FlowTheme.Group(i));
                if (!decades)
                    plot.Add.Curve(curve(mixtures[i], false), FlowTheme.Group(i), dashed: true);
            }
            figure.Add(plot, 1, column);
        }
    }

    private static string Name(TwoGaussians mixture) =>
        string.Create(CultureInfo.InvariantCulture, $"\u03bc = {mixture.Mu:0.##}, s = {mixture.S:0.##}  (\u03bc/s = {mixture.Mu / mixture.S:0.##})");

    private static Plot New(CoordinateRect area, string title, string subtitle, string labelY, string labelX, bool decades)
    {
        Plot plot = FlowTheme.NewPlot(title, labelX, labelY, subtitle);
        plot.Axes.SetLimits(area);
        if (decades)
            plot.Axes.Left.ShowDecades();
        return plot;
    }

    private static CoordinateRect Heights(double highest) => new(-FarX, FarX, -0.03 * highest, highest);

    private static IEnumerable<(double X, double Y)> Along(Func<double, double> function) =>
        Enumerable.Range(0, Points + 1).Select(i => FarX * (2.0 * i / Points - 1)).Select(x => (x, function(x)));

    /// <summary>Values of z, crowded at 0, where the slope has a narrow peak.</summary>
    private static IEnumerable<double> Noise() =>
        Enumerable.Range(0, Points + 1).Select(i => FarZ * Math.Pow(2.0 * i / Points - 1, 5));
}
