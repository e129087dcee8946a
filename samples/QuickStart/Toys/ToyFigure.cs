using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared;
using Samples.Shared.Terminal;

namespace QuickStart.Toys;

/// <summary>One row a toy: data, density of the plain flow, density of the NVF, samples of the NVF.</summary>
internal static class ToyFigure
{
    private const int Cells = 184;
    private const int Dots = 2_000;

    public static void Save(IReadOnlyList<ToyFit> fits, string path)
    {
        var figure = new Figure(
            "Affine coupling flows: one Gaussian bent into shape, or one for each latent state",
            "A plain flow keeps bridges between the modes; in a normalizing variational flow (NVF) of the same size each state of a learned latent has a place of its own.")
        {
            PlotWidth = 230,
            PlotHeight = 230,
        };
        for (int row = 0; row < fits.Count; row++)
            DrawRow(figure, fits[row], row, last: row == fits.Count - 1);
        figure.Save(path);
    }

    private static void DrawRow(Figure figure, ToyFit fit, int row, bool last)
    {
        PlotArea view = fit.Toy.View;
        float[][] grid = [.. view.CellCenters(Cells, Cells).Select(p => new[] { (float)p.X, (float)p.Y })];
        var scale = ColorScale.LogDensity(grid.Max(p => fit.Toy.LogDensity(p[0], p[1])), "density / peak of the true density");

        figure.Add(New(Capital(fit.Toy.Name), Caption("data, true log-density", -fit.Toy.Entropy()), "y")
            .Dots(fit.HeldOut.Take(Dots).Select(p => (p.X, p.Y)), PlotColor.Ink), row, 0);
        figure.Add(New("Plain flow, density", HeldOut(fit.Plain)).Heat(view, Cells, Cells, fit.Plain.LogDensities(grid), scale), row, 1);
        figure.Add(New("NVF, density", HeldOut(fit.Nvf)).Heat(view, Cells, Cells, fit.Nvf.LogDensities(grid), scale), row, 2);

        float[][] samples = fit.Nvf.Sample(Dots, seed: 3);
        int[] states = fit.Nvf.Clusters(samples);
        Plot drawn = New("NVF, samples", $"{Dots} new rows, colour = latent state");
        foreach (var group in Enumerable.Range(0, Dots).GroupBy(i => states[i]).OrderBy(group => group.Key))
            drawn.Dots(group.Select(i => ((double)samples[i][0], (double)samples[i][1])), PlotColor.Group(group.Key - 1));
        figure.Add(drawn, row, 3);

        Plot New(string title, string subtitle, string? labelY = null) =>
            new(title, subtitle) { Area = view, LabelX = last ? "x" : null, LabelY = labelY };

        string HeldOut(FittedFlow flow) =>
            Caption("held-out log-density", Estimate.Of(flow.LogDensities(fit.HeldOutFeatures)).Mean);
    }

    private static string Caption(string what, double logDensity) =>
        $"{what} {logDensity.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212')}";

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
