using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class WeightAverageTests
{
    private static NamedArray[] Weights(params float[] values) => [new("first", [values.Length], values), new("second", [1], [values[0]])];

    private static WeightAverage After(double share, int count)
    {
        var average = new WeightAverage(share);
        for (int n = 1; n <= count; n++)
            average.Add(Weights(n, 0.1f), n);
        return average;
    }

    [Fact]
    public void A_share_of_one_would_be_the_mean_of_all()
    {
        var average = After(1, 9);
        Assert.Equal(5, average.Weights[0].Values[0], 1e-5);
        Assert.Equal(5, average.Weights[1].Values[0], 1e-5);
    }

    // With 1 / share = s the n-th weights count as n^(s - 1): of 1, 2, .. N the mean is N s / (s + 1), nearly.
    [Theory]
    [InlineData(0.5, 666.7)]
    [InlineData(0.2, 833.3)]
    [InlineData(0.1, 909.1)]
    public void The_average_lags_by_about_the_share(double share, double expected) =>
        Assert.Equal(expected, After(share, 1_000).Weights[0].Values[0], 1.0);

    [Fact]
    public void The_first_weights_are_forgotten()
    {
        Assert.Equal(5, After(0.2, 5).Weights[0].Values[0]);
        Assert.True(After(0.2, 6).Weights[0].Values[0] is > 5 and < 6);
    }

    [Fact]
    public void What_does_not_change_is_kept_to_the_bit() => Assert.Equal(0.1f, After(0.3, 50).Weights[0].Values[1]);

    [Fact]
    public void A_copy_stays_as_it_is()
    {
        var average = After(0.2, 20);
        var copy = average.Copy();
        float before = copy[0].Values[0];
        average.Add(Weights(100, 0), 21);
        Assert.Equal(before, copy[0].Values[0]);
        Assert.NotEqual(before, average.Weights[0].Values[0]);
    }
}
