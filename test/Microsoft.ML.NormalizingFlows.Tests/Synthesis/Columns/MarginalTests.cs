using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
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
            short[] digits = Write(marginal, value, out double volume);
            Assert.True(double.IsFinite(volume));
            double drawn = marginal.Decode(digits, random);
            Assert.Equal(digits, Write(marginal, drawn, out _));
            if (!isNumber)
                Assert.Equal(value, drawn);
        }
    }

    [Fact]
    public void Rounded_values_share_the_probability_of_their_cell_but_for_those_with_a_cell_of_their_own()
    {
        var marginal = MarginalFit.Of(s_counts, isNumber: true, new Grid(1, 0));
        var cells = s_counts.Keys.ToLookup(value => string.Join(',', Write(marginal, value, out _)));
        Assert.All(cells, cell => Assert.All(cell, value =>
        {
            Write(marginal, value, out double volume);
            Assert.Equal(cell.Count(), Math.Exp(-volume), 1e-9);
        }));
        // Every value of a cell is drawn, and no other one.
        var random = new RandomStream(2);
        Assert.All(cells, cell =>
        {
            short[] digits = Write(marginal, cell.First(), out _);
            Assert.Equal(cell.Order(), Enumerable.Range(0, 60 * cell.Count()).Select(_ => marginal.Decode(digits, random)).Distinct().Order());
        });
    }

    [Fact]
    public void Rounded_values_up_to_a_bound_share_a_cell_evenly()
    {
        var marginal = MarginalFit.Of(s_counts, isNumber: true, new Grid(1, 0));
        const double Maximum = 1_234;
        var cells = s_counts.Keys.Where(value => value <= Maximum).ToLookup(value => string.Join(',', Write(marginal, value, out _)));
        Assert.All(cells, cell => Assert.Equal(cell.Count(), Math.Exp(-marginal.Encode(cell.First(), new short[marginal.Digits.Count], Maximum)), 1e-9));
        Assert.Equal(double.NegativeInfinity, marginal.Encode(Maximum + 1, new short[marginal.Digits.Count], Maximum));
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
        foreach (var cell in counts.Keys.GroupBy(value => string.Join(',', Write(marginal, value, out _))))
        {
            // Each density of the cell by the width over which it is so: as many draws have it as it has mass, and all masses make one.
            short[] digits = Write(marginal, cell.First(), out _);
            var seen = new HashSet<double>();
            for (int i = 0; i < 200; i++)
            {
                double drawn = marginal.Decode(digits, random);
                Assert.InRange(drawn, 0, most);
                Assert.Equal(digits, Write(marginal, drawn, out double density));
                seen.Add(density);
            }
            Assert.All(cell, value => Assert.True(Write(marginal, value, out double density) is not null && double.IsFinite(density)));
            Assert.InRange(seen.Count, 1, 3);
        }
        // The integral over a fine lattice of midpoints.
        const int Points = 400_000;
        double mass = 0;
        int cells = marginal.Count;
        for (int i = 0; i < Points; i++)
        {
            double log = marginal.Encode((i + 0.5) / Points * most, new short[marginal.Digits.Count]);
            mass += double.IsFinite(log) ? Math.Exp(log) * most / Points : 0;
        }
        Assert.Equal(cells, mass, 0.02 * cells);
        Assert.Equal(double.NegativeInfinity, marginal.Encode(-1e-12, new short[marginal.Digits.Count]));
    }

    [Theory]
    [InlineData(129)]
    [InlineData(5_000)]
    [InlineData(16_449)]
    [InlineData(40_000)]
    [InlineData(300_000)]
    public void Any_number_of_categories_is_written_in_few_small_digits(int categories)
    {
        var counts = Enumerable.Range(0, categories).ToDictionary(value => (double)value, value => 1 + 1_000L / (1 + value));
        var marginal = MarginalFit.Of(counts, isNumber: false, default);
        Assert.InRange(marginal.Digits.Sizes.Max(), 1, 256);
        Assert.InRange(marginal.Digits.Count, 2, 3);
        var shape = new CellShape { Sizes = marginal.Digits.Sizes, Continues = marginal.Digits.Continues };
        var random = new RandomStream(5);
        var digits = new short[marginal.Digits.Count];
        foreach (double value in counts.Keys)
        {
            Assert.Equal(0, marginal.Encode(value, digits));
            for (int digit = 0; digit < digits.Length; digit++)
            {
                // What the network draws from must be what is written.
                int limit = shape.Limit(digits, digit);
                Assert.True(digit > 0 && limit < 2 ? digits[digit] == CellShape.None : digits[digit] >= 0 && digits[digit] < limit);
            }
            Assert.Equal(value, marginal.Decode(digits, random));
        }
        Assert.Equal(categories, Leaves(shape, digits, 0));
    }

    // How many rows of digits a shape allows.
    private static int Leaves(CellShape shape, short[] digits, int digit)
    {
        if (digit == digits.Length)
            return 1;
        int limit = shape.Limit(digits, digit), leaves = 0;
        for (int code = digit > 0 && limit < 2 ? -1 : 0; code < (digit > 0 && limit < 2 ? 0 : limit); code++)
        {
            digits[digit] = (short)code;
            leaves += Leaves(shape, digits, digit + 1);
        }
        return leaves;
    }

    private static short[] Write(Marginal marginal, double value, out double volume)
    {
        var digits = new short[marginal.Digits.Count];
        volume = marginal.Encode(value, digits);
        return digits;
    }
}
