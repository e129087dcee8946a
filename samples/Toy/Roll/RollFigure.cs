using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using Samples.Shared.Terminal;
using ScottPlot;

namespace PaperToys.Roll;

/// <summary>The Swiss roll: density and samples of each flow, and the continuous latent beside the place along the roll.</summary>
internal static class RollFigure
{
    private const int Size = 230, Cells = 160, Samples = 3_000;

    public static void Save(IReadOnlyList<RollTrial> trials, string path)
    {
        var area = new CoordinateRect(-RollPoint.Reach, RollPoint.Reach, -RollPoint.Reach, RollPoint.Reach);
        float[][] cells = [.. area.CellCenters(Cells, Cells).Select(p => new[] { (float)p.X, (float)p.Y })];
        double[][] densities = [.. trials.Select(trial => trial.LogDensities(cells))];
        double peak = densities.Max(values => values.Order().ElementAt((int)(0.998 * values.Length)));
        var figure = new PlotGrid("Affine coupling flows [4, 32] on a Swiss roll", "Above densities, below samples; the density of a continuous latent is a bound with 64 draws. Right what its latent is.") { PlotWidth = Size, PlotHeight = Size };
        for (int i = 0; i < trials.Count; i++)
        {
            Plot density = New(trials[i].Name, Nats(trials[i].LogDensity)), drawn = New("", "");
            density.Add.LogDensity(area, Cells, Cells, densities[i], peak);
            drawn.Add.Dots(trials[i].Sample(Samples), FlowTheme.Ink);
            figure.Add(density, 0, i).Add(drawn, 1, i);
        }
        RollTrial latent = trials.Single(trial => trial.Correlation is not null);
        Plot unrolled = FlowTheme.NewPlot("Unrolled", "place along the roll", "mean of q(z|x)", string.Create(CultureInfo.InvariantCulture, $"rank correlation {latent.Correlation:F3}"));
        unrolled.Add.Dots(latent.Unrolled, FlowTheme.Group(0));
        figure.Add(unrolled, 0, trials.Count);
        figure.Save(path);

        Plot New(string title, string subtitle)
        {
            Plot plot = FlowTheme.NewPlot(title, "x", "y", subtitle);
            plot.Axes.SetLimits(area);
            plot.HideGrid();
            return plot;
        }
    }

    public static TextTable Table(IEnumerable<RollTrial> trials)
    {
        var table = new TextTable("flow", "held-out log-density", "which is", "KL or I(x;z)", "rank correlation of z with the place");
        foreach (RollTrial trial in trials)
            table.Add(trial.Name, trial.LogDensity.ToString("F3", CultureInfo.InvariantCulture), trial.Kind, trial.Report.MutualInformation.ToString("F2", CultureInfo.InvariantCulture), trial.Correlation?.ToString("F3", CultureInfo.InvariantCulture) ?? "");
        return table;
    }

    private static string Nats(double value) => string.Create(CultureInfo.InvariantCulture, $"log-density {value:F3}").Replace('-', '\u2212').Replace("log\u2212", "log-", StringComparison.Ordinal);
}
