using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>A tree that first asks a number, then a category, and what a file may not say of one.</summary>
public class CellTreeTests
{
    private const int Cells = 6;

    private static readonly CellScale[] s_before = [new(SmallTrees.Ranges(9), false, new int[9]), new(SmallTrees.Single(4), true, new int[4])];

    // Number up to 4, then category 1 or 3.
    private static readonly CellTree s_tree = new(
        [0, 1], [4, 0], [1, ~0], [~2, ~1], [0b1010, 0, 0, 0], [0, 2, 3, 6], [0, 5, 2, 1, 2, 4], [3, 1, 7, 2, 1, 1]);

    [Theory]
    [InlineData(4, 1, 0)]
    [InlineData(0, 3, 0)]
    [InlineData(4, 0, 1)]
    [InlineData(0, 2, 1)]
    [InlineData(5, 1, 2)]
    [InlineData(8, 0, 2)]
    public void A_row_finds_its_leaf(int number, int category, int leaf) => Assert.Equal(leaf, s_tree.Leaf([number, category], s_before));

    [Fact]
    public void A_tree_is_read_as_it_was_written()
    {
        var read = Read(s_tree);
        Assert.Equal(s_tree.Features, read.Features);
        Assert.Equal(s_tree.Places, read.Places);
        Assert.Equal(s_tree.Left, read.Left);
        Assert.Equal(s_tree.Right, read.Right);
        Assert.Equal(s_tree.Sets, read.Sets);
        Assert.Equal(s_tree.Starts, read.Starts);
        Assert.Equal(s_tree.Cells, read.Cells);
        Assert.Equal(s_tree.Counts, read.Counts);
    }

    [Fact]
    public void A_single_leaf_is_a_tree() => Assert.Equal([2, 1], Read(new CellTree([], [], [], [], [], [0, 2], [0, 3], [2, 1])).Counts);

    [Theory]
    [InlineData("fewer places than forks")]
    [InlineData("fewer left sides than forks")]
    [InlineData("fewer right sides than forks")]
    [InlineData("a column below the first")]
    [InlineData("a column that does not come before")]
    [InlineData("a set below the first")]
    [InlineData("a set behind the last")]
    [InlineData("half a set")]
    [InlineData("no leaf")]
    [InlineData("a first leaf that begins late")]
    [InlineData("a last leaf that ends early")]
    [InlineData("an empty leaf")]
    [InlineData("leaves that run backwards")]
    [InlineData("a leaf that ends behind the last cell")]
    [InlineData("a cell that the column has not")]
    [InlineData("a cell below the first")]
    [InlineData("cells out of order")]
    [InlineData("a cell twice")]
    [InlineData("a leaf on both sides")]
    [InlineData("a leaf that no fork leads to")]
    [InlineData("a fork that no fork leads to")]
    [InlineData("a fork that leads to itself")]
    [InlineData("forks in another order")]
    [InlineData("a fork behind the last")]
    public void What_is_no_tree_is_refused(string fault) => Assert.Throws<InvalidDataException>(() => Read(Faulty(fault)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_cell_without_rows_is_refused(int rows)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (s_tree with { Counts = [1, 1, 1, 1, 1, 1] }).Write(writer);
        // The last cell again, with a count of its own: twice its distance to the one before, and the bit.
        stream.Position = stream.Length - 1;
        writer.Write7BitEncodedInt(2 << 1 | 1);
        writer.Write7BitEncodedInt(rows);
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => CellTree.Read(new BinaryReader(stream), s_before, Cells));
    }

    private static CellTree Faulty(string fault) => fault switch
    {
        "fewer places than forks" => s_tree with { Places = [4] },
        "fewer left sides than forks" => s_tree with { Left = [1] },
        "fewer right sides than forks" => s_tree with { Right = [~2] },
        "a column below the first" => s_tree with { Features = [-1, 1] },
        "a column that does not come before" => s_tree with { Features = [2, 1] },
        "a set below the first" => s_tree with { Places = [4, -1] },
        "a set behind the last" => s_tree with { Places = [4, 1] },
        "half a set" => s_tree with { Sets = [0b1010, 0, 0, 0, 0] },
        "no leaf" => new CellTree([], [], [], [], [], [0], [], []),
        "a first leaf that begins late" => s_tree with { Starts = [1, 2, 3, 6] },
        "a last leaf that ends early" => s_tree with { Starts = [0, 2, 3, 5] },
        "an empty leaf" => s_tree with { Starts = [0, 2, 2, 6] },
        "leaves that run backwards" => s_tree with { Starts = [0, 3, 2, 6] },
        "a leaf that ends behind the last cell" => s_tree with { Starts = [0, 2, 7, 6] },
        "a cell that the column has not" => s_tree with { Cells = [0, 6, 2, 1, 2, 4] },
        "a cell below the first" => s_tree with { Cells = [-1, 5, 2, 1, 2, 4] },
        "cells out of order" => s_tree with { Cells = [0, 5, 2, 2, 1, 4] },
        "a cell twice" => s_tree with { Cells = [0, 5, 2, 1, 1, 4] },
        "a leaf on both sides" => s_tree with { Right = [~2, ~0] },
        "a leaf that no fork leads to" => new CellTree([], [], [], [], [], [0, 2, 3], [0, 5, 2], [3, 1, 7]),
        "a fork that no fork leads to" => s_tree with { Left = [~0, ~0] },
        "a fork that leads to itself" => s_tree with { Left = [0, ~0] },
        "forks in another order" => new CellTree([0, 1, 1], [4, 0, 0], [2, ~0, ~2], [1, ~1, ~3], s_tree.Sets, [0, 1, 2, 3, 4], [0, 1, 2, 3], [1, 1, 1, 1]),
        "a fork behind the last" => s_tree with { Left = [1, 2] },
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };

    private static CellTree Read(CellTree tree)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        // The cells as of the whole tree where leaves are at fault, which cannot be written one by one.
        (tree.Features.Length == 2 ? tree with { Starts = s_tree.Starts } : tree).Write(writer);
        byte[] file = stream.ToArray();
        ReadOnlySpan<byte> own = MemoryMarshal.AsBytes<int>(s_tree.Starts), wanted = MemoryMarshal.AsBytes<int>(tree.Starts);
        if (wanted.Length == own.Length && file.AsSpan().IndexOf(own) is >= 0 and var at)
            wanted.CopyTo(file.AsSpan(at));
        return CellTree.Read(new BinaryReader(new MemoryStream(file)), s_before, Cells);
    }
}
