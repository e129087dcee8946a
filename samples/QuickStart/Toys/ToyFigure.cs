using System.Globalization;
using QuickStart.Plot;
using QuickStart.Terminal;

namespace QuickStart.Toys;

/// <summary>One row a toy: data, density of the plain flow, density of the NVF, samples of the NVF.</summary>
internal static class ToyFigure
{
    private const double Size = 230, Gap = 44, Left = 62, Top = 118, RowHeight = 320;
    private const double LegendLeft = Left + 3 * Size + 2 * Gap + 16, LegendWidth = 90;
    private const double Width = Left + 4 * Size + 3 * Gap + LegendWidth + 20;
    private const int Cells = 184;
    private const int Dots = 2_000;

    public static void Save(IReadOnlyList<ToyFit> fits, string path)
    {
        var svg = new Svg(Width, Top + RowHeight * fits.Count - 40);
        svg.Text(Left, 34, "Affine coupling flows: one Gaussian bent into shape, or one for each latent state", 20, bold: true);
        svg.Text(
            Left, 56, "A plain flow keeps bridges between the modes; in a normalizing variational flow (NVF) of the same size "
            + "each state of a learned latent has a place of its own.", 13, color: "#59616a");
        for (int i = 0; i < fits.Count; i++)
            DrawRow(svg, fits[i], Top + i * RowHeight, last: i == fits.Count - 1);
        svg.Save(path);
    }

    private static void DrawRow(Svg svg, ToyFit fit, double top, bool last)
    {
        Box view = fit.Toy.View;
        float[][] grid = [.. view.CellCenters(Cells, Cells).Select(p => new[] { (float)p.X, (float)p.Y })];
        var scale = new DensityScale(grid.Max(p => fit.Toy.LogDensity(p[0], p[1])));

        Panel data = Place(0, Capital(fit.Toy.Name), Caption("data, true log-density", -fit.Toy.Entropy()));
        data.Scatter(fit.HeldOut.Take(Dots).Select(p => (p.X, p.Y)), "#3b424a");
        data.Axes(last ? "x" : null, "y");

        DrawDensity(Place(1, "Plain flow, density", HeldOut(fit.Plain)), fit.Plain);
        DrawDensity(Place(2, "NVF, density", HeldOut(fit.Nvf)), fit.Nvf);

        float[][] samples = fit.Nvf.Sample(Dots, seed: 3);
        int[] states = fit.Nvf.Clusters(samples);
        Panel drawn = Place(3, "NVF, samples", $"{Dots} new rows, colour = latent state");
        foreach (var group in Enumerable.Range(0, Dots).GroupBy(i => states[i]).OrderBy(group => group.Key))
        {
            drawn.Scatter(
                group.Select(i => ((double)samples[i][0], (double)samples[i][1])),
                ColorMap.Groups[(group.Key - 1) % ColorMap.Groups.Length]);
        }
        drawn.Axes(last ? "x" : null, null);
        DensityLegend.Draw(svg, LegendLeft, top, Size);

        Panel Place(int column, string title, string subtitle)
        {
            var panel = new Panel(svg, Left + column * (Size + Gap) + (column == 3 ? LegendWidth : 0), top, Size, view);
            panel.Title(title, subtitle);
            return panel;
        }

        void DrawDensity(Panel panel, FittedFlow flow)
        {
            panel.Image(scale.Png(Cells, Cells, flow.LogDensities(grid)));
            panel.Axes(last ? "x" : null, null);
        }

        string HeldOut(FittedFlow flow) =>
            Caption("held-out log-density", Estimate.Of(flow.LogDensities(fit.HeldOutFeatures)).Mean);
    }

    private static string Caption(string what, double logDensity) =>
        $"{what} {logDensity.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '\u2212')}";

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
