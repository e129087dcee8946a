using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;

namespace FraudSample;

/// <summary>On the left how often each score occurs, with the threshold; on the right what the features of the oddest payments contribute.</summary>
internal static class FraudFigure
{
    private const int Bins = 50;
    private const int Reasons = 3;
    private static readonly PlotColor s_usual = PlotColor.Group(0), s_fraud = PlotColor.Group(1);

    public static Figure Draw(JudgedPayment[] judged, float threshold, Explanation[] explanations) =>
        new Figure("Frauds among card payments", "Training was not told which payments were frauds.") { PlotWidth = 420, PlotHeight = 400 }
            .Add(Scores(judged, threshold), 0, 0)
            .Add(Odd(explanations), 0, 1);

    private static Plot Scores(JudgedPayment[] judged, float threshold)
    {
        double low = judged.Min(row => row.Score), high = Math.Min(judged.Max(row => row.Score), threshold + 3 * (threshold - low));
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => low + i * (high - low) / Bins)];
        return new Plot("Scores of new payments", "those beyond the right edge are left out")
        {
            LabelX = "-log p(x) in nats",
            LabelY = "payments",
            DecadesY = true,
        }
            .Dots(Counts(0), s_usual, "usual payments", 6)
            .Dots(Counts(1), s_fraud, "frauds", 6)
            .Rule(threshold, "threshold");

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
        var plot = new Plot("Why some of those found are odd", "what the usual value of one feature would save; beside it the score")
        {
            LabelX = "nats",
            DecadesX = true,
            NamesY = names,
            // Room for the words to the right of the last dot.
            Area = new PlotArea(-0.1, 2.2 * most, -0.5, names.Length - 0.5),
        };
        for (int i = 0; i < explanations.Length; i++)
        {
            Explanation row = explanations[i];
            names[Line(i, 1)] = string.Create(CultureInfo.InvariantCulture, $"{row.Score:F0}, {(row.Label > 0 ? "fraud" : "usual")}");
            int[] order = [.. Enumerable.Range(0, row.FeatureContributions.Length).OrderByDescending(f => row.FeatureContributions[f]).Take(Reasons)];
            for (int place = 0; place < order.Length; place++)
            {
                double nats = row.FeatureContributions[order[place]];
                plot.Mark(Place(nats), Line(i, place), FraudHunt.Reason(row, order[place]), place > 0 ? PlotColor.Grey : row.Label > 0 ? s_fraud : s_usual);
            }
        }
        return plot;

        static double Place(double nats) => Math.Log10(Math.Max(1, nats));
    }
}
