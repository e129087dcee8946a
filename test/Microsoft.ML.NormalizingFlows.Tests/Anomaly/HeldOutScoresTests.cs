using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class HeldOutScoresTests
{
    [Fact]
    public void The_P_value_counts_the_row_itself_and_those_that_score_no_less()
    {
        var scores = new HeldOutScores([3, 1, 2, 2]);
        Assert.Equal(1 / 5f, scores.PValue(4));
        Assert.Equal(2 / 5f, scores.PValue(3));
        Assert.Equal(4 / 5f, scores.PValue(2));
        Assert.Equal(1, scores.PValue(0));
        Assert.True(float.IsNaN(scores.PValue(float.NaN)));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.99)]
    public void A_row_is_above_the_threshold_exactly_where_its_P_value_is_at_most_the_rate(double rate)
    {
        var random = new RandomStream(1);
        // Rounded, so that there are ties.
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => MathF.Round((float)random.NextNormal(), 1))];
        for (int n = 19; n < 60; n++)
        {
            var scores = new HeldOutScores(Draw(n));
            float threshold = scores.Threshold(rate);
            Assert.All(Draw(50), score => Assert.Equal(scores.PValue(score) <= rate + 1e-6, score > threshold));
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(40)]
    public void For_any_number_of_rows_a_P_value_is_at_most_a_rate_as_often_as_the_rate_says(int heldOut)
    {
        var random = new RandomStream(2);
        const int Rounds = 40_000;
        int atMost = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var scores = new HeldOutScores(Enumerable.Range(0, heldOut).Select(_ => (float)Math.Exp(3 * random.NextNormal())));
            if (scores.PValue((float)Math.Exp(3 * random.NextNormal())) <= 0.1f)
                atMost++;
        }
        double expected = Math.Floor(0.1 * (heldOut + 1)) / (heldOut + 1);
        Assert.InRange((double)atMost / Rounds, expected - 0.006, expected + 0.006);
        Assert.True(expected <= 0.1);
    }

    [Theory]
    [InlineData(0.1, 9)]
    [InlineData(0.05, 19)]
    [InlineData(0.01, 99)]
    [InlineData(0.5, 1)]
    public void A_rate_needs_so_many_rows(double rate, int needed)
    {
        Assert.Equal(needed, HeldOutScores.Needed(rate));
        new HeldOutScores(new float[needed]).Threshold(rate);
        if (needed == 1)
            return;
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new HeldOutScores(new float[needed - 1]).Threshold(rate));
        Assert.Contains(FormattableString.Invariant($"rate of {rate} needs at least {needed} held-out rows, but there are {needed - 1}"), error.Message);
    }
}
