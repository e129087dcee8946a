using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Quality;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>How the values of one column are distributed, real beside synthetic, to be drawn as bars.</summary>
/// <param name="Column">The column.</param>
/// <param name="Edges">
/// The ends of the bins of numbers, in order, one more than there are bins; dates are days since 1 January of the year 1. A few values far beyond
/// all others are outside. Of categories -0.5, 0.5, 1.5, ...: each has a bin.
/// </param>
/// <param name="Categories">The most frequent real categories, at most twelve, the most frequent first; null for numbers.</param>
/// <param name="CategoryCount">How many categories there are in all; 0 for numbers.</param>
/// <param name="IsDate">Whether the numbers are dates.</param>
/// <param name="Real">The share of the real rows in each bin, 0 to 1.</param>
/// <param name="Synthetic">The share of the synthetic rows in each bin, 0 to 1.</param>
/// <example>
/// <code>
/// ColumnDistribution age = report.Distributions.Single(column => column.Column == "age");
/// Console.WriteLine($"{age.Real[0]:P1} of the real rows are from {age.Edges[0]} to {age.Edges[1]}, of the synthetic ones {age.Synthetic[0]:P1}");
/// </code>
/// </example>
public sealed record ColumnDistribution(
    string Column, IReadOnlyList<double> Edges, IReadOnlyList<string>? Categories, int CategoryCount, bool IsDate,
    IReadOnlyList<double> Real, IReadOnlyList<double> Synthetic)
{
    private const int MaximumCategories = 12;

    internal static ColumnDistribution Of(ComparedColumn column)
    {
        if (column.Levels is not { } names)
        {
            var histogram = Histogram.For(column.Real, column.Synthetic);
            return new ColumnDistribution(column.Name, histogram.Edges, null, 0, column.IsDate, histogram.Shares(column.Real), histogram.Shares(column.Synthetic));
        }
        double[] levels = [.. column.Real.CountBy(level => level).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MaximumCategories).Select(pair => pair.Key)];
        return new ColumnDistribution(
            column.Name, [.. Enumerable.Range(0, levels.Length + 1).Select(i => i - 0.5)],
            [.. levels.Select(level => names[(int)level] is { Length: > 0 } name ? name : "(missing)")], names.Count, false,
            Shares(column.Real), Shares(column.Synthetic));

        double[] Shares(double[] values) => [.. levels.Select(level => values.Count(value => value == level) / (double)values.Length)];
    }
}
