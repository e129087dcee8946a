using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;

namespace FraudSample;

/// <summary>On the left how often each score occurs, with the threshold; on the right what the features of the oddest payments contribute.</summary>
internal static class FraudFigure
{
    private const int Bins = 50;
    private const int Reasons = 3;
    private static readonly Color s_usual = FlowTheme.Group(0), s_fraud = FlowTheme.Group(1);

    public static PlotGrid Draw(JudgedPayment[] judged, float threshold, Explanation[] explanations) =>
        new PlotGrid("Frauds among card payments", "Training was not told which payments were frauds.") { PlotWidth = 420, PlotHeight = 400 }
            .Add(Scores(judged, threshold), 0, 0)
            .Add(Odd(explanations), 0, 1);

    private static Plot Scores(JudgedPayment[] judged, float threshold)
    {
        double low = judged.Min(row => row.Score), high = Math.Min(judged.Max(row => row.Score), threshold + 3 * (threshold - low));
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low + i * (high - low) / Bins)];
        Plot plot = FlowTheme.NewPlot("Scores of new payments", "\u2212log p(x) in nats", "payments", "those beyond the right edge are left out");
        plot.Add.Dots(Counts(0), s_usual, "usual payments", 6);
        plot.Add.Dots(Counts(1), s_fraud, "frauds", 6);
        plot.Add.Rule(threshold, "threshold");
        plot.Axes.Left.ShowDecades();
        return plot;

        IEnumerable<(double, double)> Counts(float label) =>
            from bin in Enumerable.Range(0, Bins)
            let count = judged.Count(row => row.Label == label && row.Score >= edges[bin] && row.Score < edges[bin + 1])
            where count > 0
            select ((edges[bin] + edges[bin + 1]) / 2, Math.Log10(count));
    }

    private static Plot Odd(Explanation[] explanations)
    {
        // The first payment stands at the top, and a free line below each.
        int Line(int row, int place) => (explanations.Length - row) * (Reasons + 1) - 2 - place;

        double most = Place(explanations.Max(row => row.FeatureContributions.Max()));
        var names = Enumerable.Repeat("", explanations.Length * (Reasons + 1)).ToArray();
        Plot plot = FlowTheme.NewPlot("Why some of those found are odd", "nats", subtitle: "what the usual value of one feature would save; beside it the score");
        plot.HideGrid();
        for (int i = 0; i < explanations.Length; i++)
        {
            Explanation row = explanations[i];
            names[Line(i, 1)] = string.Create(CultureInfo.InvariantCulture, $"{row.Score:F0}, {(row.Label > 0 ? "fraud" : "usual")}");
            int[] order = [.. Enumerable.Range(0, row.FeatureContributions.Length).OrderByDescending(f => row.FeatureContributions[f]).Take(Reasons)];
            for (int place = 0; place < order.Length; place++)
            {
                double nats = row.FeatureContributions[order[place]];
                plot.Add.Mark(Place(nats), Line(i, place), FraudHunt.Reason(row, order[place]), place > 0 ? FlowTheme.Grey : row.Label > 0 ? s_fraud : s_usual);
            }
        }
        plot.Axes.Bottom.ShowDecades();
        plot.Axes.Left.ShowNames(names);
        // Room for the words to the right of the last dot.
        plot.Axes.SetLimitsX(-0.1, 2.4 * most);
        return plot;

        static double Place(double nats) => Math.Log10(Math.Max(1, nats));
    }
}
