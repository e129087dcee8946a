using Microsoft.ML.NormalizingFlows.Quality;

namespace Microsoft.ML.NormalizingFlows.Tests.Quality;

/// <summary>The measures of the report against their definitions, counted out.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void The_distance_of_Kolmogorov_and_Smirnov_is_the_largest_gap()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            // Few values, so that there are ties.
            double[] a = [.. Enumerable.Range(0, 1 + random.Next(30)).Select(_ => (double)random.Next(12))];
            double[] b = [.. Enumerable.Range(0, 1 + random.Next(30)).Select(_ => (double)random.Next(12))];
            double expected = a.Concat(b).Max(x => Math.Abs(a.Count(v => v <= x) / (double)a.Length - b.Count(v => v <= x) / (double)b.Length));
            Assert.Equal(expected, Comparison.KolmogorovSmirnov(a, b), 12);
        }
        Assert.Equal(0.5, Comparison.KolmogorovSmirnov([1, double.NaN, 2], [2, 3, 2, 4]), 12);
    }

    [Fact]
    public void The_total_variation_is_half_the_sum_of_differences()
    {
        Assert.Equal(0, Comparison.TotalVariation<string>(["a", "b"], ["b", "a", "a", "b"]), 12);
        Assert.Equal(1, Comparison.TotalVariation<string>(["a"], ["b", "c"]), 12);
        Assert.Equal(0.25, Comparison.TotalVariation<string>(["a", "a", "a", "b"], ["a", "b"]), 12);
    }

    [Fact]
    public void The_correlation_leaves_out_what_is_missing()
    {
        Assert.Equal(1, Comparison.Correlation([1, 2, double.NaN, 4], [2, 4, 1, 8]), 12);
        Assert.Equal(-1, Comparison.Correlation([1, 2, 3], [3, 2, 1]), 12);
        Assert.Equal(0, Comparison.Correlation([1, 2, 3], [5, 5, 5]), 12);
        Assert.Equal(Math.Sqrt(0.75), Comparison.Correlation([1, 2, 3], [1, 1, 4]), 12);
    }

    [Fact]
    public void Quantiles_are_those_of_NumPy()
    {
        Assert.Equal([1, 2, 3, 4, 5], Comparison.Quantiles([5, 1, 4, 2, 3], 4));
        Assert.Equal([0, 0.75, 1.5, 2.25, 3], Comparison.Quantiles([0, 1, 2, 3], 4));
        Assert.Equal([0, 7], Comparison.Quantiles([0, 0, 0, 0, 0, 0, 0, 0, 7], 4));
        Assert.Empty(Comparison.Quantiles([double.NaN]));
    }

    [Fact]
    public void The_trend_of_a_number_and_a_category_counts_pairs_in_tenths()
    {
        double[] numbers = [.. Enumerable.Range(0, 100).Select(i => (double)i)], halves = [.. numbers.Select(i => i < 50 ? 0.0 : 1)];
        var number = new BinnedColumn(new ComparedColumn("n", null, numbers, numbers, []));
        // Synthetic rows with the halves exchanged share no pair.
        var category = new BinnedColumn(new ComparedColumn("c", ["a", "b"], halves, [.. halves.Select(half => 1 - half)], []));
        Assert.Equal(0, Comparison.Trend(number, category), 12);
        Assert.Equal(1, Comparison.Trend(number, number), 12);
    }

    [Fact]
    public void The_area_under_the_curve_counts_pairs_and_half_the_ties()
    {
        var random = new Random(2);
        for (int i = 0; i < 100; i++)
        {
            double[] scores = [.. Enumerable.Range(0, 20).Select(_ => (double)random.Next(6))];
            bool[] positive = [.. scores.Select(_ => random.Next(2) == 0)];
            if (positive.Distinct().Count() < 2)
                continue;
            double expected = scores.Where((_, p) => positive[p]).Average(
                high => scores.Where((_, n) => !positive[n]).Average(low => high > low ? 1 : high == low ? 0.5 : 0));
            Assert.Equal(expected, RankStatistics.AreaUnderCurve(scores, positive), 12);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trees_learn_a_curve_from_either_code_of_a_number(bool areCut)
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 800).Select(_ => random.NextDouble())];
        double[] rest = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        var encoder = new RowEncoder([(false, x)], areCut);
        double[] predictions = new BoostedTrees(default).FitAndScore(
            encoder.Encode([x], Enumerable.Range(0, 800)), [.. x.Select(value => (float)Math.Sin(6 * value))], true, encoder.Encode([rest], Enumerable.Range(0, 200)));
        Assert.True(RankStatistics.RSquared(predictions, [.. rest.Select(value => Math.Sin(6 * value))]) > 0.98);
    }
}
