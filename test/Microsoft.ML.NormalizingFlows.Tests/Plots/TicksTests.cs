using Microsoft.ML.NormalizingFlows.Plots.Drawing;

namespace Microsoft.ML.NormalizingFlows.Tests.Plots;

/// <summary>Where the axes of a plot have ticks, and what stands beside them.</summary>
public sealed class TicksTests
{
    [Theory]
    [InlineData(-2.2, 2.2, "\u22122 \u22121 0 1 2")]
    [InlineData(-0.03, 0.9, "0.0 0.2 0.4 0.6 0.8")]
    [InlineData(0, 0.07, "0.00 0.01 0.02 0.03 0.04 0.05 0.06 0.07")]
    [InlineData(-50, 1000, "0 200 400 600 800 1000")]
    public void They_are_few_round_numbers(double min, double max, string labels) =>
        Assert.Equal(labels, string.Join(' ', Ticks.Between(min, max).Select(tick => tick.Label)));

    [Fact]
    public void Decades_are_placed_at_logarithms_and_labelled_with_numbers()
    {
        IReadOnlyList<Tick> ticks = Ticks.Decades(-2, 3.3);
        Assert.Equal([-2, -1, 0, 1, 2, 3], ticks.Select(tick => tick.Value));
        Assert.Equal(["0.01", "0.1", "1", "10", "100", "1000"], ticks.Select(tick => tick.Label));
    }

    [Fact]
    public void Whatever_the_range_they_lie_in_it_with_equal_steps()
    {
        var random = new Random(1);
        for (int i = 0; i < 1_000; i++)
        {
            double min = random.NextDouble() * 200 - 100, max = min + Math.Pow(10, random.NextDouble() * 6 - 3);
            double[] values = [.. Ticks.Between(min, max).Select(tick => tick.Value)];
            double rounding = 1e-6 * (max - min);
            Assert.InRange(values.Length, 3, 8);
            Assert.All(values, value => Assert.InRange(value, min - rounding, max + rounding));
            Assert.All(values.Zip(values.Skip(1)), pair => Assert.InRange(pair.Second - pair.First - (values[1] - values[0]), -rounding, rounding));
        }
    }
}
