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
    [InlineData(0.0000001)]
    [InlineData(1.0 / 3)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_step_of_too_many_decimals_is_none(double step) => Assert.Null(Grid.Of(step));
}
