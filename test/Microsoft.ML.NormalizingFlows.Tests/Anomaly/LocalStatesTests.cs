using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class LocalStatesTests
{
    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.01, 5)]
    [InlineData(0.2, 60)]
    [InlineData(null, 15)]
    public void The_distance_is_that_to_as_many_as_anomalies_alone_are_not(double? contamination, int neighbours)
    {
        var rows = Draw(300, 3);
        var states = LocalStates.Of(rows, contamination, out float[] views);
        Assert.Equal(neighbours, states.Neighbours);
        Assert.Equal((300, contamination == 0 ? 2 : 1), (states.Count, states.Views));
        Assert.Equal(300 * states.Views, views.Length);
        double[][] standardized = Standardized(rows);
        for (int i = 0; i < 20; i++)
        {
            double[] others = [.. Enumerable.Range(0, 300).Where(j => j != i).Select(j => Distance(standardized[i], standardized[j])).Order()];
            Assert.Equal(Math.Log(others[neighbours - 1] + 1e-3), views[i * states.Views], 4);
            // To itself as a new row, a prototype is its own nearest.
            double[] all = [0, .. others];
            Assert.Equal(Math.Log(all[neighbours - 1] + 1e-3), Look(states, rows[i])[0], 4);
        }
    }

    [Fact]
    public void The_ratio_holds_the_fifth_nearest_against_how_far_its_like_have_it()
    {
        // Half from the nearest is much beside rows that are a tenth apart, from 0 to 9.9, and nothing among rows that are 1 apart.
        var rows = new RowTable(1);
        for (int i = 0; i < 100; i++)
            rows.Add([i * 0.1f]);
        for (int i = 0; i < 100; i++)
            rows.Add([100 + i]);
        var states = LocalStates.Of(rows, 0, out _);
        float[] besideDense = Look(states, [10.4f]), inThin = Look(states, [150.5f]);
        Assert.Equal(inThin[0], besideDense[0], 2);
        Assert.True(besideDense[1] > 0.7, $"{besideDense[1]}");
        Assert.InRange(inThin[1], -0.4, 0.3);
    }

    [Fact]
    public void Rows_that_are_the_same_and_features_that_are_constant_do_no_harm()
    {
        var rows = new RowTable(2);
        for (int i = 0; i < 50; i++)
            rows.Add([i % 3, 7]);
        var states = LocalStates.Of(rows, 0, out float[] views);
        Assert.All(views, view => Assert.True(float.IsFinite(view)));
        float[] usual = Look(states, [1, 7]), unseen = Look(states, [1, 8]), far = Look(states, [float.MaxValue, -float.MaxValue]);
        Assert.True(unseen[0] > usual[0] + 3);
        Assert.True(far[0] > unseen[0] && float.IsFinite(far[0]) && float.IsFinite(far[1]));
    }

    [Theory]
    [InlineData(7.001f)]
    [InlineData(1e6f)]
    public void Another_value_of_a_constant_feature_is_as_far_out_as_if_one_row_had_it(float other)
    {
        // Of n + 1 rows with one that differs, that one is about sqrt(n + 1) deviations from the others.
        var rows = new RowTable(2);
        for (int i = 0; i < 50; i++)
            rows.Add([i, 7]);
        float unseen = Look(LocalStates.Of(rows, 0, out _), [10, other])[0];
        Assert.Equal(Math.Log(Math.Sqrt(51) + 1e-3), unseen, 4);
    }

    [Fact]
    public void Two_rows_are_enough()
    {
        var rows = new RowTable(1);
        rows.Add([0]);
        rows.Add([1]);
        foreach (double? contamination in new double?[] { 0, 0.4, null })
            Assert.All(Look(LocalStates.Of(rows, contamination, out _), [0.5f]), view => Assert.True(float.IsFinite(view)));
    }

    private static float[] Look(LocalStates states, ReadOnlySpan<float> row)
    {
        var views = new float[states.Views];
        var standardized = new float[row.Length];
        states.Standardize(row, standardized);
        states.Look(standardized, views, new float[2 * states.Count]);
        return views;
    }

    private static RowTable Draw(int count, int dimensions)
    {
        var random = new RandomStream(5);
        var rows = new RowTable(dimensions);
        for (int i = 0; i < count; i++)
            rows.Add([.. Enumerable.Range(0, dimensions).Select(j => (float)(j + (1 + j) * random.NextNormal()))]);
        return rows;
    }

    private static double[][] Standardized(RowTable rows)
    {
        var moments = new RunningMoments(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            moments.Add(rows[i]);
        return [.. Enumerable.Range(0, rows.Count).Select(i =>
            Enumerable.Range(0, rows.Dimensions).Select(j => (rows[i][j] - moments.Mean(j)) / moments.StandardDeviation(j)).ToArray())];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
