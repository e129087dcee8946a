using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

public class GridTests
{
    [Theory]
    [InlineData(1, new[] { 3.0, 10, -4 })]
    [InlineData(50, new[] { 100.0, 150, double.NaN, 0 })]
    [InlineData(0.1, new[] { 0.3, 1, 2.4 })]
    [InlineData(0.25, new[] { 0.25, 1.5, 3 })]
    [InlineData(0, new[] { 0.5, Math.PI })]
    [InlineData(0, new[] { 1e20, 3 })]
    public void The_coarsest_step_is_found(double step, double[] values) => Assert.Equal(step, Grid.Detect(values, isSingle: false).Step);

    [Fact]
    public void Values_that_were_rounded_to_Single_lie_on_the_grid_of_their_decimals()
    {
        var grid = Grid.Detect([0.1f, 0.7f, 12.3f], isSingle: true);
        Assert.Equal(0.1, grid.Step);
        Assert.Equal(12.3, grid.Round(12.3f));
        // 1000000.06 and 1000000.07 are the same Single.
        Assert.True(Grid.Detect([1_000_000.0625f, 1_000_001f], isSingle: true).IsNone);
    }

    [Fact]
    public void A_multiple_is_the_number_that_its_decimals_say()
    {
        var grid = Grid.Of(0.1)!.Value;
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], Enumerable.Range(1, 7).Select(i => grid.Value(i)));
        Assert.Equal(0.3, grid.From(0.3, above: false));
        Assert.Equal(0.4, grid.From(0.3, above: true));
        Assert.Equal(-0.2, grid.From(-0.25, above: true));
    }

    [Theory]
    [InlineData(0.0000000001)]
    [InlineData(1.0 / 3)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_step_of_too_many_decimals_is_none(double step) => Assert.Null(Grid.Of(step));

    [Theory]
    [InlineData("whole, one of them broken", 1)]
    [InlineData("fifties, one of them 37", 50)]
    [InlineData("cents after arithmetic", 0.01)]
    [InlineData("cents that were Singles", 0.01)]
    [InlineData("nine decimals", 1e-9)]
    [InlineData("large cents", 0.01)]
    [InlineData("without any", 0)]
    [InlineData("half of them whole", 0)]
    public void Nearly_all_values_decide(string kind, double step)
    {
        var random = new RandomStream(1);
        double[] values = [.. Enumerable.Range(0, 500).Select(i => kind switch
        {
            "whole, one of them broken" => i == 7 ? 3.7 : random.NextInt(100_000),
            "fifties, one of them 37" => i == 7 ? 37 : 50.0 * random.NextInt(10_000),
            "cents after arithmetic" => random.NextInt(10_000) / 100.0 * (1 + random.NextInt(8)),
            "cents that were Singles" => (float)(random.NextInt(10_000) / 100.0),
            "nine decimals" => random.NextInt(1_000_000_000) / 1e9,
            "large cents" => 1e9 + random.NextInt(1_000_000) / 100.0,
            "without any" => random.NextUniform(),
            _ => i % 2 == 0 ? i : random.NextUniform(),
        }).Distinct()];
        Assert.Equal(step, Grid.Detect(values, isSingle: false).Step);
    }

    [Fact]
    public void A_Single_too_large_for_the_step_does_not_take_it_from_all()
    {
        var grid = Grid.Detect([.. Enumerable.Range(0, 500).Select(i => (double)(float)((i * i * 7 + i) % 9_973 / 100.0)), 250_000.02f, 20_000_000f], isSingle: true);
        Assert.Equal(0.01, grid.Step);
        Assert.Equal(250_000.02, grid.Round(250_000.02f), 0.01);
    }
}
