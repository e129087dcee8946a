using System.Globalization;
using Microsoft.ML.NormalizingFlows.Numerics;
using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>A histogram of scores, of rows with and without a label apart, with the threshold and the share above it.</summary>
internal static class ScoresPlot
{
    private const int MaximumSingleRows = 500;

    public static PlotGrid Of(NumberColumn scores, NumberColumn? labels, double? threshold)
    {
        double[] finite = [.. scores.Values.Where(double.IsFinite)];
        if (finite.Length == 0)
            throw new ArgumentException($"The column '{scores.Name}' has no finite score, so that there is nothing to draw: check the rows that were scored.", nameof(scores));
        if (threshold is { } given && !double.IsFinite(given))
            throw new ArgumentOutOfRangeException(nameof(threshold), FormattableString.Invariant($"The threshold is {given}, but must be a finite number."));
        // A threshold beyond all scores is shown as well.
        var histogram = Histogram.For([finite], threshold);
        Plot plot = FlowTheme.NewPlot(labelX: scores.Name, labelY: "share of the rows");
        if (labels is null)
        {
            double[] shares = histogram.Shares(finite);
            plot.Add.Histogram(histogram.Edges, shares, FlowTheme.Group(0), $"all rows ({Count(finite.Length)})");
            // A few rows make no bar that can be seen.
            double[] above = [.. finite.Where(score => score >= threshold && score <= histogram.Edges[^1])];
            if (above.Length is > 0 and <= MaximumSingleRows)
                plot.Add.Dots(above.Select(score => (score, 0.02 * shares.Max())), FlowTheme.Group(1), "each row at or above the threshold", 5);
        }
        else
        {
            Add("false", 0, FlowTheme.Group(0));
            Add("true", 1, FlowTheme.Group(1));
        }
        if (threshold is { } at)
        {
            double share = finite.Count(score => score >= at) / (double)finite.Length;
            plot.Add.Rule(at, string.Create(CultureInfo.InvariantCulture, $"threshold {at:0.###}: {100 * share:0.0} % at or above").Replace('-', '\u2212'));
        }
        int outside = finite.Count(score => score < histogram.Edges[0] || score > histogram.Edges[^1]);
        return new PlotGrid(scores.Name == "Score" ? "Scores" : $"Scores: {scores.Name}", outside == 0 ? "" : $"{Count(outside)} of {Count(finite.Length)} rows have scores beyond the axis.") { PlotWidth = 520 }.Add(plot);

        void Add(string name, double label, Color color)
        {
            double[] some = [.. scores.Values.Where((score, i) => double.IsFinite(score) && labels.Values[i] == label)];
            plot.Add.Histogram(histogram.Edges, histogram.Shares(some), color, $"{labels.Name} {name} ({Count(some.Length)})");
        }
    }

    private static string Count(int rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
