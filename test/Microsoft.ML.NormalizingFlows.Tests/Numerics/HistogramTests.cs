using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

/// <summary>Bins hold what they should, and equally much of it.</summary>
public sealed class HistogramTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(17, 90)] // such as ages: bins of 1.2 would hold one age or two
    [InlineData(-100_000, 250_000)]
    public void Whole_numbers_that_are_equally_frequent_look_so(int low, int high)
    {
        double[] values = [.. Enumerable.Range(low, high - low + 1).Select(i => (double)i)];
        double[] shares = Histogram.For(values).Shares(values);
        Assert.Equal(1, shares.Sum(), 9);
        Assert.InRange(shares.Length, 1, 60);
        // The last bin may reach beyond the values.
        Assert.All(shares[..^1], share => Assert.Equal(shares[0], share, 9));
    }

    [Fact]
    public void A_value_far_beyond_all_others_is_outside_unless_it_is_held()
    {
        double[] values = [.. Enumerable.Range(0, 2_000).Select(i => Math.Sin(i)), 1e6];
        Assert.True(Histogram.For(values).Edges[^1] < 10);
        Assert.InRange(Histogram.For(values).Shares(values).Sum(), 0.99, 0.9999);
        Assert.True(Histogram.For([values], 20).Edges[^1] >= 20);
    }

    [Fact]
    public void A_density_integrates_to_one_and_what_is_not_finite_does_not_count()
    {
        double[] values = [0.5, 1.25, 2.5, double.NaN, double.PositiveInfinity, 7.75];
        var histogram = Histogram.For(values);
        Assert.Equal(1, histogram.Density(values).Sum() * (histogram.Edges[1] - histogram.Edges[0]), 9);
        Assert.Equal([0, 1], Histogram.For(Array.Empty<double>()).Edges);
    }
}
