using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Held-out log-density and training objective by epoch, a colour for each flow.</summary>
internal static class TrainingFigure
{
    public static Figure Of(IReadOnlyList<TrainingProgress> history)
    {
        if (history.Count == 0)
            throw new ArgumentException("The history has no epoch, so that there is nothing to draw: give it to the training as Progress.", nameof(history));
        var plot = new Plot("") { LabelX = "epoch", LabelY = "log-density in nats", Grid = true, Area = Area(history) };
        var flows = history.GroupBy(epoch => epoch.Flow).OrderBy(flow => flow.Key).ToArray();
        foreach (var flow in flows)
        {
            PlotColor color = PlotColor.Group(flow.Key - 1);
            TrainingProgress best = flow.MinBy(epoch => epoch.ValidationLoss)!;
            string reached = (-best.ValidationLoss).ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '\u2212');
            plot.Curve(flow.Select(epoch => ((double)epoch.Epoch, -epoch.TrainingLoss)), color, "training rows", dashed: true);
            plot.Curve(flow.Select(epoch => ((double)epoch.Epoch, -epoch.ValidationLoss)), color, flows.Length > 1 ? $"flow {flow.Key}, held-out rows: {reached}" : "held-out rows");
            // The numbers of several flows would cover one another.
            plot.Mark(best.Epoch, -best.ValidationLoss, flows.Length > 1 ? "" : reached, color);
        }
        return new Figure("How training went", "Higher is better. The dot is the best epoch on held-out rows, whose weights are kept; where the dashed line rises on alone, the flow learns its rows by heart.")
        {
            PlotWidth = 560,
        }.Add(plot);
    }

    /// <summary>The first epochs can be far below all others and are then cut off.</summary>
    private static PlotArea Area(IReadOnlyList<TrainingProgress> history)
    {
        double[] values = [.. history.SelectMany(epoch => new[] { -epoch.TrainingLoss, -epoch.ValidationLoss }).Where(double.IsFinite).DefaultIfEmpty(0).Order()];
        double highest = values[^1], usual = values[values.Length / 10], lowest = values[0];
        double low = Math.Max(lowest, usual - 1.5 * (highest - usual) - 1e-3);
        double margin = Math.Max(1e-3, 0.08 * (highest - low));
        int last = history.Max(epoch => epoch.Epoch);
        return new PlotArea(0, Math.Max(last, 1) * 1.08, low - margin, highest + margin);
    }
}
