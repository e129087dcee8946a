using Microsoft.ML.NormalizingFlows.Anomaly;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class SurpriseScaleTests
{
    [Fact]
    public void It_is_minus_the_logarithm_of_the_share_that_is_as_odd()
    {
        var scale = SurpriseScale.Of(Enumerable.Range(0, 1_001).Select(i => i / 1_000f));
        Assert.Equal(0, scale.Surprise(-5), 6);
        Assert.Equal(-Math.Log(0.5), scale.Surprise(0.5f), 4);
        Assert.Equal(-Math.Log(0.1), scale.Surprise(0.9f), 4);
    }

    [Fact]
    public void Beyond_the_ninth_tenth_it_goes_on_as_the_tail_of_an_exponential_distribution_and_then_as_a_logarithm()
    {
        // The quantiles of an exponential distribution, whose surprise is the value itself.
        var scale = SurpriseScale.Of(Enumerable.Range(0, 100_000).Select(i => (float)-Math.Log(1 - (i + 0.5) / 100_000)));
        foreach (float value in new[] { 0.5f, 2, 3, 5 })
            Assert.Equal(value, scale.Surprise(value), 0.02);
        Assert.Equal(6 + Math.Log(1 + 994), scale.Surprise(1_000), 0.02);
        Assert.True(double.IsFinite(scale.Surprise(float.MaxValue)));
    }

    [Fact]
    public void Values_that_are_all_the_same_make_anything_beyond_them_odd()
    {
        var scale = SurpriseScale.Of([3, 3, 3]);
        Assert.Equal(0, scale.Surprise(2));
        Assert.True(scale.Surprise(3.1f) > 6);
        Assert.True(scale.Surprise(4) > scale.Surprise(3.1f));
    }

    [Fact]
    public void It_never_falls_where_the_value_rises()
    {
        var random = new Random(2);
        for (int n = 1; n < 300; n += 7)
        {
            var scale = SurpriseScale.Of(Enumerable.Range(0, n).Select(_ => (float)Math.Round(random.NextDouble() * 10)));
            double last = double.NegativeInfinity;
            for (float value = -2; value < 14; value += 0.1f)
            {
                double surprise = scale.Surprise(value);
                Assert.True(surprise >= last, $"{n} {value}");
                last = surprise;
            }
        }
    }
}
