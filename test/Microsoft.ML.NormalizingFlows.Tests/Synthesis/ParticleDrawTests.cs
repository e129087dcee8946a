using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>
/// Rows that are drawn under conditions, against the conditional probabilities of all rows, one by one: three columns of 2, 2 x 3 (two digits) and
/// 3 values, whose network has large random weights.
/// </summary>
public class ParticleDrawTests
{
    private const short Unknown = CellShape.Unknown;
    private const short None = CellShape.None;

    private static readonly CellShape s_shape = new() { Sizes = [2, 2, 3, 3], Continues = [null, null, [0, 3], null], HiddenUnits = 32, Blocks = 1 };
    private static readonly ICellEvaluator s_evaluator = CellEngine.Create(s_shape, LargeWeights(), threads: 1).Evaluator;
    private static readonly short[][] s_rows = AllRows();
    private static readonly double[] s_logs = Logs();

    public static TheoryData<short[]> Givens =>
    [
        [Unknown, Unknown, Unknown, Unknown],
        [1, Unknown, Unknown, Unknown],
        [Unknown, Unknown, Unknown, 2],
        [Unknown, 1, 2, Unknown],
        [Unknown, 0, None, 0],
        [0, Unknown, Unknown, 1],
    ];

    [Fact]
    public void A_digit_of_one_cell_alone_is_not_drawn()
    {
        var shape = new CellShape { Sizes = [2, 3], Continues = [null, [1, 3]], HiddenUnits = 8 };
        var seen = new CellRows(2);
        foreach (short[] row in new short[][] { [0, None], [1, 0], [1, 2] })
            row.CopyTo(seen.Add());
        var rows = new CellRows(2);
        for (int i = 0; i < 200; i++)
            new short[] { Unknown, Unknown }.CopyTo(rows.Add());
        var evaluator = CellEngine.Create(shape, CellStart.Create(shape, seen, seed: 1), threads: 1).Evaluator;
        new ParticleDraw(evaluator, weights: null).Complete(rows, seed: 1);
        var drawn = Enumerable.Range(0, rows.Count).Select(i => rows[i].ToArray()).ToArray();
        Assert.Contains(drawn, row => row[0] == 0);
        Assert.All(drawn, row => Assert.Equal(row[0] == 0, row[1] == None));
    }

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
        new ParticleDraw(rare, weights: null).Complete(Copies([Unknown, Unknown, Unknown, 2], 8), seed: 1);
        Assert.True(seeds.Count > 2 * 64);
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
    }

    [Fact]
    public void All_rows_have_the_probability_one_in_all() => Assert.Equal(1, s_logs.Sum(Math.Exp), 1e-5);

    [Theory]
    [MemberData(nameof(Givens))]
    public void Many_rows_follow_the_conditional_distribution(short[] given)
    {
        const int Count = 6_000;
        var rows = Copies(given, Count);
        new ParticleDraw(s_evaluator, weights: null).Complete(rows, seed: 3);
        AssertFollows(rows, row => Fits(row, given) ? 1 : 0);
    }

    // A single row is chosen from few particles, whose probabilities are those of the condition but for some percent.
    [Theory]
    [MemberData(nameof(Givens))]
    public void Single_rows_follow_the_conditional_distribution(short[] given)
    {
        const int Count = 3_000;
        var draw = new ParticleDraw(s_evaluator, weights: null);
        var rows = new CellRows(s_shape.Digits);
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
        // Of the second column the first place within the second group, and a third of the last place; of the third column all but the second value.
        var weights = new CellWeights(s_shape);
        weights.Add(1, [1, 0], 1);
        weights.Add(1, [1, 2], 1f / 3);
        weights.Add(3, [0], 1);
        weights.Add(3, [2], 1);
        var rows = Copies([Unknown, Unknown, Unknown, Unknown], 6_000);
        new ParticleDraw(s_evaluator, weights).Complete(rows, seed: 5);
        AssertFollows(rows, row => row[1] == 0 || row[2] == 1 || row[3] == 1 ? 0 : row[2] == 0 ? 1 : 1.0 / 3);
    }

    [Fact]
    public void What_is_given_behind_is_not_just_left_in_its_place()
    {
        // The distribution of rows that are drawn as if nothing were given behind, and then get what is.
        double[] naive = [.. s_rows.Select(row => Enumerable.Range(0, s_rows.Length).Where(other => s_rows[other].AsSpan(0, 3).SequenceEqual(row.AsSpan(0, 3))).Sum(other => Math.Exp(s_logs[other])))];
        double[] exact = Conditional(row => row[3] == 2 ? 1 : 0);
        double distance = s_rows.Select((row, i) => row[3] != 2 ? 0 : 6_000 * Math.Pow(naive[i] - exact[i], 2) / exact[i]).Sum();
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
            var rows = Copies([Unknown, Unknown, Unknown, 2], 100);
            new ParticleDraw(evaluator, null).Complete(rows, seed);
            for (int row = 0; row < rows.Count; row++)
                Assert.Equal(1, rows[row][0]);
        }
    }

    [Fact]
    public void A_seed_gives_the_same_rows_whatever_the_threads()
    {
        var several = CellEngine.Create(s_shape, LargeWeights(), threads: 3).Evaluator;
        CellRows one = Copies([Unknown, Unknown, Unknown, 2], 500), other = Copies([Unknown, Unknown, Unknown, 2], 500);
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
    private static void AssertFollows(CellRows rows, Func<short[], double> worth)
    {
        double[] probabilities = Conditional(worth);
        var counts = new double[s_rows.Length];
        for (int row = 0; row < rows.Count; row++)
        {
            short[] digits = rows[row].ToArray();
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

    private static double[] Conditional(Func<short[], double> worth)
    {
        double[] shares = [.. s_rows.Select((row, i) => worth(row) * Math.Exp(s_logs[i]))];
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static bool Fits(short[] row, short[] given) => row.Zip(given).All(pair => pair.Second == Unknown || pair.First == pair.Second);

    private static CellRows Copies(short[] digits, int count)
    {
        var rows = new CellRows(digits.Length);
        for (int i = 0; i < count; i++)
            digits.CopyTo(rows.Add());
        return rows;
    }

    private static IReadOnlyList<NamedArray> LargeWeights()
    {
        var random = RandomStream.For(7, "weights");
        var rows = new CellRows(s_shape.Digits);
        new short[] { 0, 0, None, 0 }.CopyTo(rows.Add());
        return [.. CellStart.Create(s_shape, rows, seed: 1).Select(array =>
        {
            var values = new float[array.Values.Length];
            random.FillUniform(values, -0.5f, 0.5f);
            return array with { Values = values };
        })];
    }

    private static short[][] AllRows() =>
    [
        .. from first in new short[] { 0, 1 }
           from second in new short[][] { [0, None], [1, 0], [1, 1], [1, 2] }
           from third in new short[] { 0, 1, 2 }
           select new[] { first, second[0], second[1], third },
    ];

    private static double[] Logs()
    {
        var rows = new CellRows(s_shape.Digits);
        foreach (short[] row in s_rows)
            row.CopyTo(rows.Add());
        var logs = new double[rows.Count];
        s_evaluator.Score(rows, logs);
        return logs;
    }
}
