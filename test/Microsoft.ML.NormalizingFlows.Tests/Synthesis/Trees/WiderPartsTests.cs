using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>A tree of two leaves, one of many rows of one cell, one of few rows of another.</summary>
public class WiderPartsTests
{
    private static readonly CellTree s_tree = new([0], [0], [~0], [~1], [], [0, 1, 2], [0, 1], [200, 50]);

    [Fact]
    public void A_leaf_of_many_rows_needs_none_around_it() => Assert.Equal((new[] { 0 }, new[] { 200 }), Of(0));

    [Fact]
    public void A_leaf_of_few_rows_has_those_around_it() => Assert.Equal((new[] { 0, 1 }, new[] { 200, 50 }), Of(1));

    private static (int[], int[]) Of(int leaf) => new WiderParts(s_tree, minimumRows: 100).Of(leaf);
}
