using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class IsolationForestTests
{
    [Fact]
    public void One_cut_sets_two_rows_apart()
    {
        var forest = IsolationForest.Of(Rows([0, 3], [1, 3]), new RandomStream(1));
        Assert.Equal(IsolationForest.Trees, forest.Nodes.Count);
        Assert.All(forest.Nodes, tree =>
        {
            Assert.Equal(3, tree.Length);
            Assert.Equal(0, tree[0].Feature);
            Assert.InRange(tree[0].Value, 0, 1 - 1e-7f);
        });
        Assert.Equal(-1, forest.Oddness([0, 3]));
        Assert.Equal(-1, forest.Oddness([1, 3]));
    }

    [Fact]
    public void Rows_that_are_the_same_are_not_cut()
    {
        // Two of three rows are the same: one cut sets the third apart, and the two would take one more on average.
        var forest = IsolationForest.Of(Rows([0], [0], [5]), new RandomStream(1));
        Assert.Equal(-1, forest.Oddness([5]));
        Assert.Equal(-2, forest.Oddness([0]));
        Assert.Equal(-2 * (1 + 1 / 2.0) + 2 * 2 / 3.0, IsolationForest.Of(Rows([4], [4], [4]), new RandomStream(1)).Oddness([9]), 6);
    }

    [Fact]
    public void Neither_units_nor_shifts_change_what_is_odd()
    {
        var random = new RandomStream(3);
        var rows = new RowTable(2);
        var other = new RowTable(2);
        for (int i = 0; i < 500; i++)
        {
            float x = (float)random.NextNormal(), y = (float)random.NextNormal();
            rows.Add([x, y]);
            other.Add([1024 * x, y / 64]);
        }
        IsolationForest forest = IsolationForest.Of(rows, new RandomStream(7)), scaled = IsolationForest.Of(other, new RandomStream(7));
        foreach (float x in new[] { -8f, -1, 0, 0.5f, 3 })
            Assert.Equal(forest.Oddness([x, 1]), scaled.Oddness([1024 * x, 1 / 64f]), 4);
    }

    [Fact]
    public void A_small_group_of_anomalies_stays_odd()
    {
        // A tenth of the rows, near to one another: each is next to its like, yet a few cuts set them apart from the others.
        var random = new RandomStream(5);
        var rows = new RowTable(3);
        for (int i = 0; i < 1_000; i++)
            rows.Add([.. Enumerable.Range(0, 3).Select(_ => (float)random.NextNormal() * (i % 10 == 0 ? 0.3f : 1) + (i % 10 == 0 ? 6 : 0))]);
        var forest = IsolationForest.Of(rows, new RandomStream(9));
        float[] group = Oddness(place => place % 10 == 0), others = Oddness(place => place % 10 != 0);
        Assert.True(group.Average() > others.Order().ElementAt(others.Length * 9 / 10), $"{group.Average()}");

        float[] Oddness(Func<int, bool> chosen) => [.. Enumerable.Range(0, rows.Count).Where(chosen).Select(i => forest.Oddness(rows[i]))];
    }

    [Fact]
    public void Values_at_the_ends_of_what_a_number_can_be_are_cut_as_well()
    {
        var forest = IsolationForest.Of(Rows([float.MaxValue], [-float.MaxValue], [0], [MathF.BitIncrement(0)]), new RandomStream(2));
        Assert.True(forest.Oddness([float.MaxValue]) > forest.Oddness([0]));
        Assert.All(forest.Nodes, tree => Assert.All(tree, node => Assert.True(float.IsFinite(node.Value))));
    }

    private static RowTable Rows(params float[][] rows)
    {
        var table = new RowTable(rows[0].Length);
        foreach (float[] row in rows)
            table.Add(row);
        return table;
    }
}
