using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

/// <summary>Nothing is drawn where no row is near, and what repeats keeps its share.</summary>
public class NumberShapeTests
{
    [Theory]
    [InlineData("two bells", 10, 90)]
    [InlineData("two bells of whole numbers", 300, 700)]
    [InlineData("a code before whole numbers", -998, -1)]
    [InlineData("a code behind unrounded numbers", 8, 9_998)]
    [InlineData("two codes", -998, -1)]
    public void A_gap_stays_empty(string kind, double from, double to)
    {
        var random = new RandomStream(1);
        double[] rows = [.. Enumerable.Range(0, 3_000).Select(i => kind switch
        {
            "two bells" => (i % 3 == 0 ? 0 : 100) + 2 * random.NextNormal(),
            "two bells of whole numbers" => Math.Round((i % 3 == 0 ? 200 : 800) + 20 * random.NextNormal()),
            "a code before whole numbers" => i % 1_000 == 3 ? -999 : random.NextInt(500),
            "a code behind unrounded numbers" => i % 1_000 == 3 ? 9_999 : random.NextNormal(),
            _ => i % 500 == 3 ? -999 : i % 500 == 4 ? -998 : random.NextInt(500),
        })];
        double[] drawn = Draw(rows, out _, 60_000);
        Assert.DoesNotContain(drawn, value => value > from && value < to);
        double[] shares = [.. new[] { rows, drawn }.Select(values => values.Count(value => value <= from) / (double)values.Length)];
        Assert.Equal(shares[0], shares[1], 4 * Math.Sqrt(shares[0] * (1 - shares[0]) / 3_000) + 2e-4);
    }

    [Fact]
    public void A_value_that_repeats_amid_others_keeps_its_share()
    {
        var random = new RandomStream(2);
        double[] rows = [.. Enumerable.Range(0, 4_000).Select(i => i % 200 == 0 ? 0.25 : random.NextNormal())];
        double[] drawn = Draw(rows, out _, 40_000);
        Assert.InRange(drawn.Count(value => value == 0.25) / 40_000.0, 0.003, 0.007);
    }

    [Fact]
    public void Smooth_numbers_have_no_gap_and_none_that_stands_alone_but_at_the_ends()
    {
        var random = new RandomStream(3);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            double[] values = [.. Enumerable.Range(0, 2_000).Select(_ => random.NextNormal()).Order()];
            var shape = new NumberShape(values, [.. values.Select(_ => 1L)], default);
            Assert.InRange(Enumerable.Range(1, values.Length - 1).Count(shape.IsBehindGap), 0, 3);
        }
    }

    // Draws a cell by its share of the rows, then a value of it.
    private static double[] Draw(double[] rows, out Marginal marginal, int count)
    {
        var counts = rows.CountBy(value => value).ToDictionary(pair => pair.Key, pair => (long)pair.Value);
        var fitted = marginal = MarginalFit.Of(counts, isNumber: true, Grid.Detect(counts.Keys, isSingle: false));
        var random = new RandomStream(9);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            Assert.True(double.IsFinite(fitted.Encode(rows[random.NextInt(rows.Length)], out int cell)));
            return fitted.Decode(cell, random);
        })];
    }
}
