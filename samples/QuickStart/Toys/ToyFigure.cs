using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared;
using Samples.Shared.Terminal;
using Samples.Shared.Toys;
using ScottPlot;
using ScottPlot.Plottables;

namespace QuickStart.Toys;

/// <summary>One row a toy: data, density of the plain flow, density of the NVF, samples of the NVF.</summary>
internal static class ToyFigure
{
    private const int Cells = 184;
    private const int Dots = 2_000;

    public static void Save(IReadOnlyList<ToyFit> fits, string path)
    {
        var figure = new PlotGrid(
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

    private static void DrawRow(PlotGrid figure, ToyFit fit, int row, bool last)
    {
        ToyArea view = fit.Toy.View;
        var area = new CoordinateRect(view.MinX, view.MaxX, view.MinY, view.MaxY);
        float[][] grid = [.. view.CellCenters(Cells, Cells).Select(p => new[] { (float)p.X, (float)p.Y })];
        double peak = grid.Max(p => fit.Toy.LogDensity(p[0], p[1]));

        Plot data = New(Capital(fit.Toy.Name), Caption("data, true log-density", -fit.Toy.Entropy()), "y");
        data.Add.Dots(fit.HeldOut.Take(Dots).Select(p => (p.X, p.Y)), FlowTheme.Ink);
        Plot plain = New("Plain flow, density", HeldOut(fit.Plain));
        Heatmap heat = plain.Add.LogDensity(area, Cells, Cells, fit.Plain.LogDensities(grid), peak);
        Plot nvf = New("NVF, density", HeldOut(fit.Nvf));
        nvf.Add.LogDensity(area, Cells, Cells, fit.Nvf.LogDensities(grid), peak);

        float[][] samples = fit.Nvf.Sample(Dots, seed: 3);
        int[] states = fit.Nvf.Clusters(samples);
        Plot drawn = New("NVF, samples", $"{Dots} new rows, colour = latent state");
        foreach (var group in Enumerable.Range(0, Dots).GroupBy(i => states[i]).OrderBy(group => group.Key))
            drawn.Add.Dots(group.Select(i => ((double)samples[i][0], (double)samples[i][1])), FlowTheme.Group(group.Key - 1));
        // One scale for all: each row's colours are shares of its own peak.
        if (row == 0)
            drawn.Add.DensityScale(heat, "density / peak of the true density");
        figure.Add(data, row, 0).Add(plain, row, 1).Add(nvf, row, 2).Add(drawn, row, 3);

        Plot New(string title, string subtitle, string labelY = "")
        {
            Plot plot = FlowTheme.NewPlot(title, last ? "x" : "", labelY, subtitle);
            plot.Axes.SetLimits(area);
            plot.HideGrid();
            return plot;
        }

        string HeldOut(FittedFlow flow) =>
            Caption("held-out log-density", Estimate.Of(flow.LogDensities(fit.HeldOutFeatures)).Mean);
    }

    private static string Caption(string what, double logDensity) =>
        $"{what} {logDensity.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212')}";

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
