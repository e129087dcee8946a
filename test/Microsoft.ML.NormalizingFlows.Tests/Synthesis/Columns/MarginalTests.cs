using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

public class MarginalTests
{
    // The whole numbers from 0 to 2999, among them frequent ones that lie amid ranges.
    private static readonly Dictionary<double, long> s_counts =
        Enumerable.Range(0, 3_000).ToDictionary(value => (double)value, value => value % 500 == 250 ? 2_000L : value < 100 ? 50L : 1L);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_of_a_cell_is_written_as_that_cell(bool isNumber)
    {
        var marginal = MarginalFit.Of(s_counts, isNumber, new Grid(1, 0));
        var random = new RandomStream(1);
        foreach (double value in s_counts.Keys)
        {
            int digits = Write(marginal, value, out double volume);
            Assert.True(double.IsFinite(volume));
            double drawn = marginal.Decode(digits, random);
            Assert.Equal(digits, Write(marginal, drawn, out _));
            if (!isNumber)
                Assert.Equal(value, drawn);
        }
    }

    [Fact]
    public void The_narrowest_range_that_there_is_has_a_density()
    {
        var marginal = new Marginal([new Piece(0, double.Epsilon, 1)], [0, 1], default);
        Assert.Equal(-Math.Log(double.Epsilon), marginal.Encode(double.Epsilon, out _), 1e-9);
    }

    [Fact]
    public void A_value_between_the_greatest_numbers_that_there_are_has_a_share()
    {
        var marginal = new Marginal([new Piece(-1.7e308, -1.7e308, 1), new Piece(1.7e308, 1.7e308, 1)], [0, 1, 2], default, unlearned: 0.01);
        foreach (double value in new[] { 0, 1.75e308, -1.75e308 })
            Assert.InRange(marginal.EncodeUnlearned(value, isNumber: true, out _), -2_000, 0);
    }

    [Fact]
    public void Rounded_values_share_the_probability_of_their_cell_but_for_those_with_a_cell_of_their_own()
    {
        var marginal = MarginalFit.Of(s_counts, isNumber: true, new Grid(1, 0));
        var cells = s_counts.Keys.ToLookup(value => Write(marginal, value, out _));
        Assert.All(cells, cell => Assert.All(cell, value =>
        {
            Write(marginal, value, out double volume);
            Assert.Equal(cell.Count(), Math.Exp(-volume), 1e-9);
        }));
        // Every value of a cell is drawn, and no other one.
        var random = new RandomStream(2);
        Assert.All(cells, cell =>
        {
            int digits = Write(marginal, cell.First(), out _);
            Assert.Equal(cell.Order(), Enumerable.Range(0, 60 * cell.Count()).Select(_ => marginal.Decode(digits, random)).Distinct().Order());
        });
    }

    [Fact]
    public void Rounded_values_up_to_a_bound_share_a_cell_evenly()
    {
        var marginal = MarginalFit.Of(s_counts, isNumber: true, new Grid(1, 0));
        const double Maximum = 1_234;
        var cells = s_counts.Keys.Where(value => value <= Maximum).ToLookup(value => Write(marginal, value, out _));
        Assert.All(cells, cell => Assert.Equal(cell.Count(), Math.Exp(-marginal.Encode(cell.First(), out _, Maximum)), 1e-9));
        Assert.Equal(double.NegativeInfinity, marginal.Encode(Maximum + 1, out _, Maximum));
        var random = new RandomStream(3);
        foreach (double value in s_counts.Keys)
            Assert.InRange(marginal.Decode(Write(marginal, value, out _), random, Maximum), 0, Maximum);
    }

    [Fact]
    public void Unrounded_values_keep_to_the_range_that_was_seen_and_their_density_is_flat_in_a_cell()
    {
        var random = new RandomStream(4);
        var counts = Enumerable.Range(0, 2_000).Select(_ => Math.Exp(random.NextNormal())).Append(0).Distinct().ToDictionary(value => value, _ => 1L);
        var marginal = MarginalFit.Of(counts, isNumber: true, default);
        double most = counts.Keys.Max();
        foreach (var cell in counts.Keys.GroupBy(value => Write(marginal, value, out _)))
        {
            // Each density of the cell by the width over which it is so: as many draws have it as it has mass, and all masses make one.
            int digits = Write(marginal, cell.First(), out _);
            var seen = new HashSet<double>();
            for (int i = 0; i < 200; i++)
            {
                double drawn = marginal.Decode(digits, random);
                Assert.InRange(drawn, 0, most);
                Assert.Equal(digits, Write(marginal, drawn, out double density));
                seen.Add(density);
            }
            Assert.All(cell, value => Assert.True(Write(marginal, value, out double density) >= 0 && double.IsFinite(density)));
            Assert.InRange(seen.Count, 1, 3);
        }
        // The integral over a fine lattice of midpoints.
        const int Points = 400_000;
        double mass = 0;
        int cells = marginal.Count;
        for (int i = 0; i < Points; i++)
        {
            double log = marginal.Encode((i + 0.5) / Points * most, out _);
            mass += double.IsFinite(log) ? Math.Exp(log) * most / Points : 0;
        }
        Assert.Equal(cells, mass, 0.02 * cells);
        Assert.Equal(double.NegativeInfinity, marginal.Encode(-1e-12, out _));
    }

    [Fact]
    public void A_heavy_tail_is_no_wider_than_it_was()
    {
        var random = new RandomStream(6);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => Math.Exp(2 * random.NextNormal()))];
        var marginal = MarginalFit.Of(values.CountBy(value => value).ToDictionary(pair => pair.Key, pair => (long)pair.Value), isNumber: true, default);
        double[] drawn = [.. values.Select(value => marginal.Decode(Write(marginal, value, out _), random)).Order()], sorted = [.. values.Order()];
        // Of the farthest values each rank within what it may be by chance: a Pareto tail of exponent ln x / 4 at these, 3 deviations of the count beyond.
        foreach (int beyond in new[] { 3, 10, 30, 100 })
            Assert.InRange(drawn.Count(value => value > sorted[^(beyond + 1)]), beyond - 3 * Math.Sqrt(beyond), beyond + 3 * Math.Sqrt(beyond));
        Assert.InRange(drawn.Average() / values.Average(), 0.95, 1.05);
    }

    [Fact]
    public void Of_a_crowd_none_stands_alone_but_a_code_does()
    {
        // Weights of a survey: nine rows of ten share one of 20,000 values; the ones with five rows came that often by chance. And a code, far off, of five rows.
        var random = RandomStream.For(12, "crowd");
        var counts = new Dictionary<double, long> { [-999_999] = 5 };
        for (int row = 0; row < 20_000; row++)
        {
            double value = row % 10 == 0 ? random.NextInt(400_000) : 37 + 19 * random.NextInt(20_000);
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        var marginal = MarginalFit.Of(counts, isNumber: true, new Grid(1, 0));
        var frequent = counts.Where(pair => pair.Value is 5 or 6 && pair.Key >= 0).Select(pair => pair.Key).ToArray();
        Assert.True(frequent.Length > 30);
        Assert.All(frequent, value => Assert.False(marginal.IsSingle(Write(marginal, value, out _), out _)));
        Assert.True(marginal.IsSingle(Write(marginal, -999_999, out _), out double code));
        Assert.Equal(-999_999, code);
    }

    [Fact]
    public void What_stands_on_two_sides_of_a_gap_shares_no_cell()
    {
        var random = RandomStream.For(1, "towns");
        int[] rows = [13, 9_000, 15, 980];
        var counts = rows.SelectMany((count, town) => Enumerable.Range(0, count).Select(_ => 10.0 * town + 0.01 * random.NextUniform())).ToDictionary(value => value, _ => 1L);
        var marginal = MarginalFit.Of(counts, isNumber: true, default);
        var townsOfCell = counts.Keys.GroupBy(value =>
        {
            marginal.Encode(value, out int cell);
            return cell;
        }, value => (int)(value / 10));
        Assert.All(townsOfCell, towns => Assert.Single(towns.Distinct()));
    }

    [Fact]
    public void A_code_among_other_numbers_keeps_its_share()
    {
        // Spread evenly, and 4,242 twelve times more.
        var random = RandomStream.For(13, "code");
        var counts = new Dictionary<double, long> { [4_242] = 12 };
        for (int row = 0; row < 5_000; row++)
        {
            double value = random.NextInt(1_000_000);
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        var marginal = MarginalFit.Of(counts, isNumber: true, new Grid(1, 0));
        Assert.True(marginal.IsSingle(Write(marginal, 4_242, out _), out _));
    }

    private static int Write(Marginal marginal, double value, out double volume)
    {
        volume = marginal.Encode(value, out int cell);
        return cell;
    }
}
