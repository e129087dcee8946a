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
    [InlineData(0.1)]
    [InlineData(null)]
    public void Anomalies_among_held_out_rows_do_not_count(double? contamination)
    {
        var random = new RandomStream(1);
        float[] normal = [.. Enumerable.Range(0, 450).Select(_ => (float)random.NextNormal())];
        var mixed = new HeldOutScores([.. normal, .. Enumerable.Range(0, 50).Select(i => (contamination is null ? 10f : 8f) + i)]);
        var clean = mixed.WithoutAnomalies(contamination, needed: 9);
        Assert.Equal(450, clean.Count);
        float threshold = clean.Threshold(0.1);
        Assert.InRange(normal.Average(score => score > threshold ? 1.0 : 0), 0.09, 0.11);
        Assert.True(normal.Average(score => score > mixed.Threshold(0.1) ? 1.0 : 0) < 0.01);
    }

    [Fact]
    public void No_more_held_out_rows_are_left_out_than_may_be_anomalies_and_enough_are_left()
    {
        var mixed = new HeldOutScores([.. Enumerable.Range(0, 100).Select(i => i / 100f), .. Enumerable.Range(0, 100).Select(i => 1_000f + i)]);
        Assert.Equal(200, mixed.WithoutAnomalies(0, 9).Count);
        var few = new HeldOutScores([.. Enumerable.Range(0, 100).Select(i => i / 100f), .. Enumerable.Range(0, 10).Select(i => 1_000f + i)]);
        Assert.Equal(104, few.WithoutAnomalies(0.02, 9).Count);        // a fiftieth, and two deviations of the number more
        Assert.Equal(105, few.WithoutAnomalies(null, 105).Count);
        Assert.Equal(100, few.WithoutAnomalies(null, 9).Count);
        Assert.Equal(4, new HeldOutScores([1, 1, 1, 5]).WithoutAnomalies(null, 1).Count);
    }

    [Fact]
    public void Other_scores_of_the_same_rows_may_say_how_many_are_anomalies()
    {
        var slow = new HeldOutScores(Enumerable.Range(0, 100).Select(i => i / 100f));
        Assert.Equal(100, slow.WithoutAnomalies(null, 9).Count);
        var counted = new HeldOutScores([.. Enumerable.Range(0, 93).Select(i => i / 100f), .. Enumerable.Range(0, 7).Select(i => 1_000f + i)]);
        var left = slow.WithoutAnomalies(null, 9, counted);
        Assert.Equal((93, 0.92f), (left.Count, left.Descending[0]));
    }

    // Of 150 rows one in ten is an anomaly, by chance 22: among them the upper eighth begins.
    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void What_lies_beyond_a_gap_does_not_count_however_much_of_it_there_is_by_chance(double? contamination)
    {
        var random = new RandomStream(5);
        float[] normal = [.. Enumerable.Range(0, 128).Select(_ => 8 + 1.5f * (float)random.NextNormal())];
        Assert.Equal(128, new HeldOutScores([.. normal, .. Enumerable.Range(0, 22).Select(_ => 40 + 8 * (float)random.NextNormal())]).WithoutAnomalies(contamination, 9).Count);
    }

    [Fact]
    public void Of_scores_that_nearly_are_the_same_none_is_far_out_by_less_than_a_nat()
    {
        // As those of a uniform feature: the same but at its edges.
        float[] scores = [.. Enumerable.Range(0, 130).Select(i => i / 1_000f), .. Enumerable.Range(0, 20).Select(i => 0.5f + i / 20f)];
        Assert.Equal(150, new HeldOutScores(scores).WithoutAnomalies(null, 9).Count);
        Assert.Equal(150, new HeldOutScores(scores).WithoutAnomalies(0.1, 9).Count);
    }

    [Fact]
    public void Normal_rows_are_seldom_taken_for_anomalies()
    {
        var random = new RandomStream(3);
        int left = Enumerable.Range(0, 50).Sum(_ =>
            new HeldOutScores(Enumerable.Range(0, 200).Select(_ => (float)-Math.Log(random.NextUniform()))).WithoutAnomalies(null, 9).Count);
        Assert.InRange(left, 50 * 197, 50 * 200);
    }

    [Fact]
    public void Normal_rows_with_a_long_tail_are_not_taken_for_anomalies()
    {
        // As those of a flow that did not see the outer fifth of the rows.
        var random = new RandomStream(4);
        float[] scores = [.. Enumerable.Range(0, 160).Select(_ => (float)random.NextUniform()), .. Enumerable.Range(0, 40).Select(_ => 1 - 10 * (float)Math.Log(random.NextUniform()))];
        Assert.InRange(new HeldOutScores(scores).WithoutAnomalies(null, 9).Count, 198, 200);
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
