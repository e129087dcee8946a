using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>A category and a number as they are saved, and what no file may say of them.</summary>
public class TreeModelTests
{
    private const int Categories = 3, Ranges = 12;

    private static readonly ColumnCode[] s_codes = SmallTrees.Codes([SmallTrees.Single(Categories), SmallTrees.Ranges(Ranges)], 0);
    private static readonly TreeModel s_model = Learn() with { Rules = [new CellRule(0, 1, [0, 1, 1], [.. Enumerable.Range(0, Ranges).Select(cell => cell / 6)], [true, false, true, true])] };

    [Fact]
    public void What_is_written_is_read()
    {
        var read = Read(s_model);
        Assert.Equal(s_model.Settings.Background, read.Settings.Background);
        Assert.Equal(s_model.Settings.WiderRows, read.Settings.WiderRows);
        Assert.Equal(s_model.Settings.KernelWidth, read.Settings.KernelWidth);
        Assert.Equal(s_model.Counts, read.Counts);
        Assert.Equal(s_model.Mixtures, read.Mixtures);
        Assert.Equal(s_model.Trees.Select(trees => trees.Length), read.Trees.Select(trees => trees.Length));
        Assert.Equal(s_model.Trees[1][1].Counts, read.Trees[1][1].Counts);
        var (rule, own) = (Assert.Single(read.Rules), s_model.Rules[0]);
        Assert.Equal((own.First, own.Second), (rule.First, rule.Second));
        for (int category = 0; category < Categories; category++)
        {
            for (int range = 0; range < Ranges; range++)
                Assert.Equal(category > 0 || range < 6, rule.Allows(category, range));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e9)]
    [InlineData(double.NaN)]
    public void Impossible_widths_are_refused(double width)
    {
        Assert.Contains("width", Refusal(s_model with { Settings = s_model.Settings with { Background = width } }));
        Assert.Contains("width", Refusal(s_model with { Settings = s_model.Settings with { KernelWidth = width } }));
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(1e9, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, -0.1)]
    [InlineData(1, 1.1)]
    [InlineData(1, double.NaN)]
    public void Impossible_mixtures_are_refused(double wider, double neighbors) =>
        Assert.Contains("'c1'", Refusal(s_model with { Mixtures = [s_model.Mixtures[0], new LeafMixture(wider, neighbors)] }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e8, 0)]
    public void The_outermost_mixtures_are_read(double wider, double neighbors) =>
        Assert.Equal(new LeafMixture(wider, neighbors), Read(s_model with { Mixtures = [s_model.Mixtures[0], new LeafMixture(wider, neighbors)] }).Mixtures[1]);

    [Fact]
    public void Counts_of_other_cells_than_those_of_the_column_are_refused()
    {
        Assert.Contains("'c1'", Refusal(s_model with { Counts = [s_model.Counts[0], s_model.Counts[1][1..]] }));
        Assert.Contains("'c0'", Refusal(s_model with { Counts = [[1, -1, 1], s_model.Counts[1]] }));
    }

    private static string Refusal(TreeModel model) => Assert.Throws<InvalidDataException>(() => Read(model)).Message;

    private static TreeModel Read(TreeModel model)
    {
        using var stream = new MemoryStream();
        model.Write(new BinaryWriter(stream));
        stream.Position = 0;
        var read = TreeModel.Read(new BinaryReader(stream), s_codes);
        Assert.Equal(stream.Length, stream.Position);
        return read;
    }

    private static TreeModel Learn()
    {
        var random = RandomStream.For(14, "model");
        var rows = SmallTrees.Rows(Enumerable.Range(0, 400).Select(_ => random.NextInt(Categories)).Select(category => new[] { category, random.NextInt(4) + 4 * category }));
        return TreeTraining.Run(s_codes, rows, new TreeSettings { Trees = 2, WiderRows = 33, Background = 0.25, KernelWidth = 0.5 }, seed: 1, threads: 1, progress: null, CancellationToken.None);
    }
}
