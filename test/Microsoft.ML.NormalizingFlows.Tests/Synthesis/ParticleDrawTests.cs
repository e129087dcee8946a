using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;
using Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>
/// Rows that are drawn under conditions, against the conditional probabilities of all rows, one by one: three columns of 2, 4 and 3 values that depend
/// on one another.
/// </summary>
public class ParticleDrawTests
{
    private const int Unknown = CellRows.Unknown;
    private const int Columns = 3;

    private static readonly ICellEvaluator s_evaluator = Evaluator(threads: 1);
    private static readonly int[][] s_rows = AllRows();
    private static readonly double[] s_logs = Logs();

    public static TheoryData<int[]> Givens =>
    [
        [Unknown, Unknown, Unknown],
        [1, Unknown, Unknown],
        [Unknown, Unknown, 2],
        [Unknown, 3, Unknown],
        [Unknown, 0, 0],
        [0, Unknown, 1],
    ];

    // Otherwise later particles would be those that have been drawn before.
    [Fact]
    public void Every_particle_has_a_seed_of_its_own()
    {
        var seeds = new List<ulong>();
        var rare = new RareEvaluator(s_evaluator, (_, seed) =>
        {
            seeds.Add(seed);
            return false;
        }, otherwise: -50);
        new ParticleDraw(rare, weights: null).Complete(Copies([Unknown, Unknown, 2], 8), seed: 1);
        Assert.True(seeds.Count > 2 * 64);
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
    }

    [Fact]
    public void All_rows_have_the_probability_one_in_all() => Assert.Equal(1, s_logs.Sum(Math.Exp), 1e-5);

    [Theory]
    [MemberData(nameof(Givens))]
    public void Many_rows_follow_the_conditional_distribution(int[] given)
    {
        const int Count = 6_000;
        var rows = Copies(given, Count);
        new ParticleDraw(s_evaluator, weights: null).Complete(rows, seed: 3);
        AssertFollows(rows, row => Fits(row, given) ? 1 : 0);
    }

    // A single row is chosen from few particles, whose probabilities are those of the condition but for some percent.
    [Theory]
    [MemberData(nameof(Givens))]
    public void Single_rows_follow_the_conditional_distribution(int[] given)
    {
        const int Count = 3_000;
        var draw = new ParticleDraw(s_evaluator, weights: null);
        var rows = new CellRows(Columns, Columns);
        for (int i = 0; i < Count; i++)
        {
            var row = Copies(given, 1);
            draw.Complete(row, seed: (ulong)i);
            row[0].CopyTo(rows.Add());
        }
        AssertFollows(rows, row => Fits(row, given) ? 1 : 0);
    }

    [Fact]
    public void Cells_are_drawn_by_what_they_are_worth()
    {
        // Of the second column the second value, and a third of the last one; of the third column all but the second value.
        var weights = new CellWeights(Columns);
        Assert.True(weights.Set(1, 4, cell => cell == 1 ? 1 : cell == 3 ? 1.0 / 3 : 0));
        Assert.True(weights.Set(2, 3, cell => cell == 1 ? 0 : 1));
        var rows = Copies([Unknown, Unknown, Unknown], 6_000);
        new ParticleDraw(s_evaluator, weights).Complete(rows, seed: 5);
        AssertFollows(rows, row => row[2] == 1 ? 0 : row[1] switch { 1 => 1, 3 => 1.0 / 3, _ => 0 });
    }

    [Fact]
    public void What_is_given_behind_is_not_just_left_in_its_place()
    {
        // The distribution of rows that are drawn as if nothing were given behind, and then get what is.
        double[] naive = [.. s_rows.Select(row => Enumerable.Range(0, s_rows.Length).Where(other => s_rows[other].AsSpan(0, 2).SequenceEqual(row.AsSpan(0, 2))).Sum(other => Math.Exp(s_logs[other])))];
        double[] exact = Conditional(row => row[2] == 2 ? 1 : 0);
        double distance = s_rows.Select((row, i) => row[2] != 2 ? 0 : 6_000 * Math.Pow(naive[i] - exact[i], 2) / exact[i]).Sum();
        // Their statistic would have the mean distance + freedom and a standard deviation of about 2 sqrt(distance).
        Assert.True(distance - 12 * Math.Sqrt(distance) > Bound(exact.Count(probability => probability > 0)));
    }

    [Fact]
    public void Rows_that_agree_are_found_where_few_do()
    {
        // Hardly any of the first particles agrees; those that do not weigh the same, so that their effective number is no sign of it.
        var evaluator = new RareEvaluator(s_evaluator, (digits, seed) => digits[0] == 1 && RandomStream.For(seed, "agrees").NextUniform() < 0.002, otherwise: -25);
        for (ulong seed = 0; seed < 10; seed++)
        {
            var rows = Copies([Unknown, Unknown, 2], 100);
            new ParticleDraw(evaluator, null).Complete(rows, seed);
            for (int row = 0; row < rows.Count; row++)
                Assert.Equal(1, rows[row][0]);
        }
    }

    [Fact]
    public void A_seed_gives_the_same_rows_whatever_the_threads()
    {
        var several = Evaluator(threads: 3);
        CellRows one = Copies([Unknown, Unknown, 2], 500), other = Copies([Unknown, Unknown, 2], 500);
        new ParticleDraw(s_evaluator, null).Complete(one, seed: 6);
        new ParticleDraw(several, null).Complete(other, seed: 6);
        for (int row = 0; row < one.Count; row++)
            Assert.Equal(one[row].ToArray(), other[row].ToArray());
    }

    /// <summary>
    /// Pearson's chi-squared statistic of rows against the probabilities that <paramref name="worth"/> leaves of all rows. Shares among particles of an
    /// effective number of at least twice the rows have half the variance of shares among the rows, and choosing in even steps adds less than
    /// independent choices would: the statistic is at most 1.5 times as great as chi-squared, in the mean.
    /// </summary>
    private static void AssertFollows(CellRows rows, Func<int[], double> worth)
    {
        double[] probabilities = Conditional(worth);
        var counts = new double[s_rows.Length];
        for (int row = 0; row < rows.Count; row++)
        {
            int[] digits = rows[row].ToArray();
            counts[Array.FindIndex(s_rows, other => other.AsSpan().SequenceEqual(digits))]++;
        }
        double statistic = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = probabilities[i] * rows.Count;
            Assert.True(expected > 0 || counts[i] == 0, $"An impossible row, {string.Join(' ', s_rows[i])}, was drawn.");
            statistic += expected > 0 ? Math.Pow(counts[i] - expected, 2) / expected : 0;
        }
        int possible = probabilities.Count(probability => probability > 0);
        Assert.True(statistic < Bound(possible), $"{statistic} of at most {Bound(possible)} for {possible} rows");
    }

    // Laurent and Massart 2000, lemma 1: P(X - k >= 2 sqrt(k x) + 2 x) <= exp(-x) for a chi-squared X of k degrees of freedom; here exp(-9), one in 8,000.
    private static double Bound(int possible)
    {
        const double X = 9;
        int freedom = possible - 1;
        return 1.5 * (freedom + 2 * Math.Sqrt(freedom * X) + 2 * X);
    }

    private static double[] Conditional(Func<int[], double> worth)
    {
        double[] shares = [.. s_rows.Select((row, i) => worth(row) * Math.Exp(s_logs[i]))];
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static bool Fits(int[] row, int[] given) => row.Zip(given).All(pair => pair.Second == Unknown || pair.First == pair.Second);

    private static CellRows Copies(int[] digits, int count)
    {
        var rows = new CellRows(digits.Length, digits.Length);
        for (int i = 0; i < count; i++)
            digits.CopyTo(rows.Add());
        return rows;
    }

    private static ICellEvaluator Evaluator(int threads)
    {
        var random = RandomStream.For(7, "rows");
        double[] shares = [.. AllRows().Select(_ => Math.Exp(1.5 * random.NextNormal()))];
        var rows = SmallTrees.Rows(AllRows().SelectMany((row, i) => Enumerable.Repeat(row, (int)Math.Ceiling(20 * shares[i]))));
        return SmallTrees.Evaluator(SmallTrees.Codes([SmallTrees.Single(2), SmallTrees.Single(4), SmallTrees.Single(3)], 0, 2), rows, new TreeSettings { Trees = 3 }, threads);
    }

    private static int[][] AllRows() => [.. Enumerable.Range(0, 24).Select(i => new[] { i / 12, i / 3 % 4, i % 3 })];

    private static double[] Logs()
    {
        var rows = new CellRows(Columns, Columns);
        foreach (int[] row in s_rows)
            row.CopyTo(rows.Add());
        var logs = new double[rows.Count];
        s_evaluator.Score(rows, logs);
        return logs;
    }
}
