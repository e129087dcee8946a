using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>A category of 3 cells, a number of 30 ranges, and one of 4 values and 50 ranges that depends on both.</summary>
public class TreeTests
{
    private const int Values = 4, Ranges = 50;

    private static readonly ColumnCode[] s_codes = SmallTrees.Codes([SmallTrees.Single(3), SmallTrees.Ranges(30), Mixed()], 0);
    private static readonly CellRows s_rows = Draw(3_000);
    private static readonly TreeSettings s_settings = new() { Trees = 3, WiderRows = 60, Background = 0.5, Wider = 2 };
    private static readonly ICellEvaluator s_evaluator = SmallTrees.Evaluator(s_codes, s_rows, s_settings);

    [Fact]
    public void The_probabilities_of_all_cells_sum_to_one()
    {
        for (int before = 0; before < 90; before += 7)
        {
            var rows = SmallTrees.Rows(Enumerable.Range(0, Values + Ranges).Select(cell => new[] { before % 3, before / 3, cell }));
            var logs = new double[rows.Count];
            s_evaluator.Score(rows, logs);
            // Less that of the cells before, which all rows share.
            double[] shorter = new double[1];
            SmallTrees.Evaluator(s_codes[..2], First(2), s_settings).Score(SmallTrees.Rows([[before % 3, before / 3]]), shorter);
            Assert.Equal(Math.Exp(shorter[0]), logs.Sum(Math.Exp), 1e-9);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cells_are_drawn_as_often_as_their_probability_says(bool isWeighted)
    {
        const int Count = 40_000;
        var weights = new CellWeights(3);
        weights.Set(2, Values + Ranges, cell => cell % 2 == 0 ? 1 : 0.25);
        int[] before = [1, 17];
        var rows = SmallTrees.Rows(Enumerable.Repeat<int[]>([.. before, CellRows.Unknown], Count));
        var logWeights = new double[Count];
        s_evaluator.Draw(rows, isWeighted ? weights : null, [.. Enumerable.Range(0, Count).Select(i => (ulong)i)], logWeights);
        var all = SmallTrees.Rows(Enumerable.Range(0, Values + Ranges).Select(cell => new[] { before[0], before[1], cell }));
        var logs = new double[all.Count];
        // The distribution of all rows is drawn only under a condition.
        (isWeighted ? s_evaluator : SmallTrees.Evaluator(s_codes, s_rows, s_settings with { Background = 1e-12 })).Score(all, logs);
        double whole = logs.Sum(Math.Exp);
        double[] worth = [.. logs.Select((log, cell) => Math.Exp(log) / whole * (isWeighted && cell % 2 == 1 ? 0.25 : 1))];
        double sum = worth.Sum();
        Assert.Equal(isWeighted ? Math.Log(sum) : 0, logWeights[0], 1e-9);
        double statistic = Enumerable.Range(0, worth.Length).Sum(cell =>
            Math.Pow(Enumerable.Range(0, Count).Count(row => rows[row][2] == cell) - Count * worth[cell] / sum, 2) / (Count * worth[cell] / sum));
        // Laurent and Massart 2000, lemma 1, with exp(-9).
        int freedom = worth.Length - 1;
        Assert.InRange(statistic, 0, freedom + 2 * Math.Sqrt(freedom * 9) + 18);
    }

    [Fact]
    public void What_depends_on_two_columns_together_is_learned()
    {
        var random = RandomStream.For(3, "xor");
        var rows = SmallTrees.Rows(Enumerable.Range(0, 2_000).Select(_ =>
        {
            int one = random.NextInt(2), other = random.NextInt(30);
            return new[] { one, other, one ^ (other / 10 % 2) };
        }));
        var evaluator = SmallTrees.Evaluator(SmallTrees.Codes([SmallTrees.Single(2), SmallTrees.Ranges(30), SmallTrees.Single(2)], 0, 2), rows, new TreeSettings { Trees = 3 });
        var drawn = SmallTrees.Rows(Enumerable.Repeat<int[]>([CellRows.Unknown, CellRows.Unknown, CellRows.Unknown], 1_000));
        evaluator.Draw(drawn, null, [.. Enumerable.Range(0, 1_000).Select(i => (ulong)i)], new double[1_000]);
        Assert.InRange(Enumerable.Range(0, 1_000).Count(row => drawn[row][2] == (drawn[row][0] ^ (drawn[row][1] / 10 % 2))), 980, 1_000);
    }

    [Fact]
    public void Between_two_branches_hardly_any_cell_is_drawn()
    {
        // Either side of the middle, as far as the other column says.
        var random = RandomStream.For(4, "branches");
        var rows = SmallTrees.Rows(Enumerable.Range(0, 4_000).Select(_ =>
        {
            int away = random.NextInt(40);
            return new[] { away, random.NextInt(2) == 0 ? 50 + away : 49 - away };
        }));
        var evaluator = SmallTrees.Evaluator(SmallTrees.Codes([SmallTrees.Ranges(40), SmallTrees.Ranges(100)]), rows, new TreeSettings());
        var drawn = SmallTrees.Rows(Enumerable.Repeat<int[]>([30, CellRows.Unknown], 2_000));
        evaluator.Draw(drawn, null, [.. Enumerable.Range(0, 2_000).Select(i => (ulong)i)], new double[2_000]);
        Assert.InRange(Enumerable.Range(0, 2_000).Count(row => drawn[row][1] is > 25 and < 74), 0, 40);
    }

    [Fact]
    public void Rows_and_their_probabilities_are_the_same_whatever_the_threads()
    {
        var several = SmallTrees.Evaluator(s_codes, s_rows, s_settings, threads: 3);
        double[] one = new double[s_rows.Count], other = new double[s_rows.Count];
        s_evaluator.Score(s_rows, one);
        several.Score(s_rows, other);
        Assert.Equal(one, other);
    }

    [Fact]
    public void More_categories_than_a_fork_tells_apart_are_learned()
    {
        var random = RandomStream.For(5, "many");
        int[][] rows = [.. Enumerable.Range(0, 6_000).Select(_ => random.NextInt(600)).Select(category => new[] { category, category < 200 ? 0 : 1 })];
        var codes = SmallTrees.Codes([SmallTrees.Single(600), SmallTrees.Single(2)], 0, 1);
        var evaluator = SmallTrees.Evaluator(codes, SmallTrees.Rows(rows), new TreeSettings { Trees = 3 });
        var logs = new double[2];
        int frequent = rows.CountBy(row => row[0]).MaxBy(pair => pair.Value).Key;
        evaluator.Score(SmallTrees.Rows([[frequent, frequent < 200 ? 0 : 1], [frequent, frequent < 200 ? 1 : 0]]), logs);
        Assert.True(logs[0] > logs[1] + 2);
    }

    private static Marginal Mixed() => new(
        [.. Enumerable.Range(0, Values).Select(value => new Piece(value, value, 1)), .. Enumerable.Range(10, Ranges).Select(value => new Piece(value, value + 1, 1))],
        [.. Enumerable.Range(0, Values + Ranges + 1)], default);

    private static CellRows Draw(int count)
    {
        var random = RandomStream.For(2, "rows");
        return SmallTrees.Rows(Enumerable.Range(0, count).Select(_ =>
        {
            int kind = random.NextInt(3), number = random.NextInt(30);
            int last = random.NextUniform() < 0.2 ? kind : Values + Math.Clamp((int)(number + 6 * kind + 4 * random.NextNormal()), 0, Ranges - 1);
            return new[] { kind, number, last };
        }));
    }

    private static CellRows First(int columns) => SmallTrees.Rows(Enumerable.Range(0, s_rows.Count).Select(row => s_rows[row][..columns].ToArray()));
}
