using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>Where trees cut: between rows that differ, at the very place, and nowhere else.</summary>
public class TreeGrowthTests
{
    private const int MinimumLeaf = 5;

    [Fact]
    public void A_number_is_cut_where_the_target_changes()
    {
        var tree = Grow([SmallTrees.Ranges(30), SmallTrees.Single(2)], Enumerable.Range(0, 300).Select(i => new[] { i % 30, i % 30 > 11 ? 1 : 0 }));
        Assert.Equal([0], tree.Features);
        Assert.Equal([11], tree.Places);
        Assert.Equal([~0], tree.Left);
        Assert.Equal([~1], tree.Right);
        Assert.Equal([0, 1, 2], tree.Starts);
        Assert.Equal([0, 1], tree.Cells);
        Assert.Equal([120, 180], tree.Counts);
    }

    [Fact]
    public void Categories_that_go_together_are_one_side_of_a_cut()
    {
        int[] ones = [1, 2, 5, 66, 130];
        var tree = Grow([SmallTrees.Single(140), SmallTrees.Single(2)], Enumerable.Range(0, 1_400).Select(i => new[] { i % 140, ones.Contains(i % 140) ? 1 : 0 }), [0, 1]);
        Assert.Single(tree.Features);
        Assert.Equal(0, tree.Places[0]);
        // Equally frequent, so that each is at the place of its number.
        var left = Enumerable.Range(0, 140).Where(place => CellTree.IsIn(tree.Sets, place)).ToArray();
        Assert.True(left.SequenceEqual(ones) || left.SequenceEqual(Enumerable.Range(0, 140).Except(ones)));
        Assert.Equal([0, 1, 2], tree.Starts);
        Assert.Equal([50, 1_350], tree.Counts.Order());
    }

    [Fact]
    public void The_column_that_tells_most_is_asked_first()
    {
        var random = RandomStream.For(6, "noise");
        var tree = Grow(
            [SmallTrees.Ranges(40), SmallTrees.Single(3), SmallTrees.Ranges(40), SmallTrees.Ranges(60), SmallTrees.Single(3)],
            Enumerable.Range(0, 600).Select(_ =>
            {
                int telling = random.NextInt(40);
                return new[] { random.NextInt(40), random.NextInt(3), telling, random.NextInt(60), telling < 10 ? 0 : telling < 25 ? 1 : 2 };
            }), [1, 4]);
        Assert.Equal([2, 2], tree.Features);
        Assert.Equal([9, 24], tree.Places.Order());
        Assert.Equal(3, tree.Leaves);
        Assert.Equal(3, tree.Cells.Length);
    }

    [Fact]
    public void Nothing_is_cut_where_no_column_tells_anything()
    {
        // At each place of each column both targets are equally frequent.
        var tree = Grow([SmallTrees.Ranges(7), SmallTrees.Single(3), SmallTrees.Single(2)], Enumerable.Range(0, 420).Select(i => new[] { i % 7, i / 7 % 3, i / 21 % 2 }), [1, 2]);
        Assert.Empty(tree.Features);
        Assert.Equal([0, 2], tree.Starts);
        Assert.Equal([210, 210], tree.Counts);
    }

    [Fact]
    public void A_spread_that_changes_is_seen_though_the_mean_does_not()
    {
        var random = RandomStream.For(7, "spread");
        var tree = Grow([SmallTrees.Ranges(20), SmallTrees.Ranges(200)], Enumerable.Range(0, 4_000).Select(i =>
            new[] { i % 20, Math.Clamp((int)(100 + (i % 20 < 10 ? 5 : 30) * random.NextNormal()), 0, 199) }), minimumLeaf: 500);
        Assert.Equal(0, tree.Features[0]);
        Assert.Equal(9, tree.Places[0]);
    }

    [Fact]
    public void No_leaf_has_fewer_rows_than_the_least()
    {
        var random = RandomStream.For(8, "leaves");
        int[][] rows = [.. Enumerable.Range(0, 500).Select(_ => new[] { random.NextInt(300), random.NextInt(9) }).Select(row => new[] { row[0], row[1], row[0] / 3 })];
        var tree = Grow([SmallTrees.Ranges(300), SmallTrees.Single(9), SmallTrees.Ranges(100)], rows, [1]);
        int[] sizes = [.. Enumerable.Range(0, tree.Leaves).Select(leaf => tree.Counts[tree.Starts[leaf]..tree.Starts[leaf + 1]].Sum())];
        Assert.Equal(500, sizes.Sum());
        Assert.InRange(sizes.Min(), MinimumLeaf, MinimumLeaf + 1);
        // What can be cut in two is.
        Assert.InRange(sizes.Max(), MinimumLeaf, 3 * MinimumLeaf);
    }

    [Fact]
    public void Three_rows_of_another_kind_are_cut_off_with_their_neighbours()
    {
        var tree = Grow([SmallTrees.Ranges(100), SmallTrees.Single(2)], Enumerable.Range(0, 100).Select(i => new[] { i, i < 3 ? 0 : 1 }));
        Assert.Equal([4], tree.Places);
        Assert.Equal([3, 2, 95], tree.Counts);
    }

    [Fact]
    public void Rows_come_to_the_leaf_that_was_grown_from_them()
    {
        var random = RandomStream.For(9, "rows");
        int[][] rows = [.. Enumerable.Range(0, 400).Select(_ => new[] { random.NextInt(50), random.NextInt(8), random.NextInt(50) }).Select(row => new[] { row[0], row[1], (row[0] + 3 * row[1] + row[2]) / 4 })];
        Marginal[] marginals = [SmallTrees.Ranges(50), SmallTrees.Single(8), SmallTrees.Ranges(40)];
        var cells = Cells(marginals, rows, 1);
        var tree = cells.Grow(2, [.. Enumerable.Range(0, rows.Length)], MinimumLeaf);
        var counts = new Dictionary<(int Leaf, int Cell), int>();
        foreach (int[] row in rows)
            counts[(tree.Leaf(row, cells.Scales), row[2])] = counts.GetValueOrDefault((tree.Leaf(row, cells.Scales), row[2])) + 1;
        Assert.True(tree.Leaves > 10);
        for (int leaf = 0; leaf < tree.Leaves; leaf++)
        {
            for (int i = tree.Starts[leaf]; i < tree.Starts[leaf + 1]; i++)
                Assert.Equal(tree.Counts[i], counts[(leaf, tree.Cells[i])]);
        }
        Assert.Equal(tree.Cells.Length, counts.Count);
    }

    private static CellTree Grow(Marginal[] marginals, IEnumerable<int[]> rows, int[]? categories = null, int minimumLeaf = MinimumLeaf)
    {
        int[][] all = [.. rows];
        return Cells(marginals, all, categories ?? []).Grow(marginals.Length - 1, [.. Enumerable.Range(0, all.Length)], minimumLeaf);
    }

    private static TrainingCells Cells(Marginal[] marginals, int[][] rows, params int[] categories) =>
        new(SmallTrees.Codes(marginals, categories), SmallTrees.Rows(rows), new ParallelOptions());
}
