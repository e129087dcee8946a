using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Held-out log-density and training objective by epoch, a colour for each flow.</summary>
internal static class TrainingPlot
{
    public static PlotGrid Of(IReadOnlyList<TrainingProgress> history)
    {
        if (history.Count == 0)
            throw new ArgumentException("The history has no epoch, so that there is nothing to draw: give it to the training as Progress.", nameof(history));
        Plot plot = FlowTheme.NewPlot(labelX: "epoch", labelY: "log-density in nats");
        var flows = history.GroupBy(epoch => epoch.Flow).OrderBy(flow => flow.Key).ToArray();
        foreach (var flow in flows)
        {
            Color color = FlowTheme.Group(flow.Key - 1);
            TrainingProgress best = flow.MinBy(epoch => epoch.ValidationLoss)!;
            string reached = (-best.ValidationLoss).ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '\u2212');
            plot.Add.Curve(flow.Select(epoch => ((double)epoch.Epoch, -epoch.TrainingLoss)), color, "training rows", dashed: true);
            plot.Add.Curve(flow.Select(epoch => ((double)epoch.Epoch, -epoch.ValidationLoss)), color, flows.Length > 1 ? $"flow {flow.Key}, held-out rows: {reached}" : "held-out rows");
            // The numbers of several flows would cover one another.
            plot.Add.Mark(best.Epoch, -best.ValidationLoss, flows.Length > 1 ? "" : reached, color);
        }
        plot.Axes.SetLimits(Area(history));
        return new PlotGrid("How training went", "Higher is better. The dot is the best epoch on held-out rows, whose weights are kept; where the dashed line rises on alone, the flow learns its rows by heart.")
        {
            PlotWidth = 560,
        }.Add(plot);
    }

    /// <summary>The first epochs can be far below all others and are then cut off.</summary>
    private static CoordinateRect Area(IReadOnlyList<TrainingProgress> history)
    {
        double[] values = [.. history.SelectMany(epoch => new[] { -epoch.TrainingLoss, -epoch.ValidationLoss }).Where(double.IsFinite).DefaultIfEmpty(0).Order()];
        double highest = values[^1], usual = values[values.Length / 10], lowest = values[0];
        double low = Math.Max(lowest, usual - 1.5 * (highest - usual) - 1e-3);
        double margin = Math.Max(1e-3, 0.08 * (highest - low));
        int last = history.Max(epoch => epoch.Epoch);
        return new CoordinateRect(0, Math.Max(last, 1) * 1.08, low - margin, highest + margin);
    }
}
