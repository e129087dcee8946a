using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>
/// Two categories that are independent as far as the trees know, of which a rule says that 0 goes with 0 or 1 alone, and two numbers of which the first is never
/// above the second, which few leaves show only in part.
/// </summary>
public class RowDrawTests
{
    private const int Rows = 400, Cells = 4, LogOfBroken = -30;

    private static readonly ColumnCode[] s_codes = SmallTrees.Codes([SmallTrees.Single(2), SmallTrees.Single(Cells), SmallTrees.Ranges(8), SmallTrees.Ranges(8)], 0, 1);
    private static readonly ICellEvaluator s_free = Evaluator([], []);
    private static readonly ICellEvaluator s_bound = Evaluator([new CellRule(0, 1, [0, 1], [0, 0, 1, 1], [true, false, true, true])], [new ValueOrder(2, 3, false)]);

    [Fact]
    public void Rules_and_orders_are_kept_by_what_is_drawn()
    {
        var drawn = Drawn(s_bound, [-1, -1, -1, -1], null, out double[] weights);
        Assert.All(weights, weight => Assert.Equal(0, weight));
        Assert.All(Enumerable.Range(0, Rows), row => Assert.True(Keeps(drawn, row)));
        // They break by chance where nothing is said.
        var free = Drawn(s_free, [-1, -1, -1, -1], null, out _);
        Assert.InRange(Enumerable.Range(0, Rows).Count(row => Keeps(free, row)), Rows / 8, Rows * 7 / 8);
        // All that keeps the rules is drawn.
        Assert.Equal(6, Enumerable.Range(0, Rows).Select(row => (drawn[row][0], drawn[row][1])).Distinct().Count());
    }

    [Fact]
    public void What_a_condition_leaves_is_drawn_by_the_rules()
    {
        var weights = new CellWeights(4);
        weights.Set(1, Cells, cell => cell == 0 ? 0 : 1);
        var drawn = Drawn(s_bound, [0, -1, -1, -1], weights, out double[] logs);
        Assert.All(Enumerable.Range(0, Rows), row => Assert.Equal(1, drawn[row][1]));
        // The weight is the probability of the only cell that is left.
        Assert.All(logs, log => Assert.InRange(log, Math.Log(0.1), Math.Log(0.45)));
    }

    [Fact]
    public void Where_a_condition_leaves_nothing_that_keeps_a_rule_it_is_broken_and_weighs_so()
    {
        var weights = new CellWeights(4);
        weights.Set(1, Cells, cell => cell >= 2 ? 0.5 : 0);
        var drawn = Drawn(s_bound, [0, -1, -1, -1], weights, out double[] logs);
        Assert.Equal([2, 3], Enumerable.Range(0, Rows).Select(row => drawn[row][1]).Distinct().Order());
        Assert.All(logs, log => Assert.InRange(log, LogOfBroken + Math.Log(0.2), LogOfBroken + Math.Log(0.3)));
    }

    [Theory]
    [InlineData(0, 2, LogOfBroken)]
    [InlineData(0, 1, 0)]
    public void What_is_known_behind_what_is_drawn_weighs_by_the_rules(int first, int second, double expected)
    {
        var weights = new CellWeights(4);
        weights.Set(0, 2, cell => cell == first ? 1 : 0);
        Drawn(s_bound, [-1, second, -1, -1], weights, out double[] bound);
        Drawn(s_free, [-1, second, -1, -1], weights, out double[] free);
        for (int row = 0; row < Rows; row++)
            Assert.Equal(free[row] + expected, bound[row], 1e-9);
        // The share of the first times that of the second given it.
        Assert.InRange(free[0], Math.Log(0.5 * 0.1), Math.Log(0.5 * 0.45));
    }

    [Fact]
    public void What_is_known_before_anything_is_drawn_weighs_nothing()
    {
        Drawn(s_free, [0, 2, -1, -1], null, out double[] weights);
        Assert.All(weights, weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void A_value_that_is_known_stays()
    {
        var rows = new CellRows(4, 4);
        for (int row = 0; row < Rows; row++)
            rows.Add([-1, -1, 5, -1], [CellRows.ToDraw, CellRows.ToDraw, 5.75, CellRows.ToDraw]);
        s_bound.Draw(rows, null, Seeds(), new double[Rows]);
        Assert.All(Enumerable.Range(0, Rows), row =>
        {
            Assert.Equal(5.75, rows.Values(row)[2]);
            Assert.True(rows.Values(row)[3] >= 5.75);
        });
    }

    private static bool Keeps(CellRows rows, int row) => !(rows[row][0] == 0 && rows[row][1] >= 2) && rows.Values(row)[2] <= rows.Values(row)[3];

    private static CellRows Drawn(ICellEvaluator evaluator, int[] cells, CellWeights? weights, out double[] logWeights)
    {
        var rows = new CellRows(4, 4);
        for (int row = 0; row < Rows; row++)
            cells.CopyTo(rows.Add());
        logWeights = new double[Rows];
        evaluator.Draw(rows, weights, Seeds(), logWeights);
        return rows;
    }

    private static ulong[] Seeds() => [.. Enumerable.Range(0, Rows).Select(row => (ulong)row)];

    private static ICellEvaluator Evaluator(CellRule[] rules, ValueOrder[] orders)
    {
        var random = RandomStream.For(15, "independent");
        var rows = SmallTrees.Rows(Enumerable.Range(0, 800).Select(_ => random.NextInt(6)).Select(lesser => new[] { random.NextInt(2), random.NextInt(Cells), lesser, lesser + random.NextInt(3) }));
        var model = TreeTraining.Run(s_codes, rows, new TreeSettings { Trees = 2, MinimumLeaf = 200 }, seed: 1, threads: 1, progress: null, CancellationToken.None);
        return (model with { Rules = rules }).CreateEvaluator(s_codes, orders, threads: 1);
    }
}
