using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class NormalDistributionTests
{
    // Abramowitz and Stegun 1964, tables 26.1 and 26.2.
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.691462461274013)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(-1.96, 0.0249978951482204)]
    [InlineData(-3, 0.00134989803163010)]
    [InlineData(-6, 9.86587645037698e-10)]
    [InlineData(-10, 7.61985302416053e-24)]
    [InlineData(8, 1)]
    public void The_distribution_function_is_that_of_tables(double x, double expected)
    {
        Assert.Equal(expected, NormalDistribution.Cumulative(x), 1e-13 * expected + 1e-28);
        Assert.Equal(1 - expected, NormalDistribution.Cumulative(-x), 1e-13);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.95996398454005)]
    [InlineData(0.05, -1.64485362695147)]
    [InlineData(1e-9, -5.99780701500769)]
    public void A_quantile_is_where_the_distribution_function_has_its_level(double level, double expected)
    {
        Assert.Equal(expected, NormalDistribution.Quantile(level), 1e-12);
        Assert.Equal(level, NormalDistribution.Cumulative(NormalDistribution.Quantile(level)), 1e-12 * level);
    }

    [Fact]
    public void The_two_formulas_meet()
    {
        const double step = 1e-9;
        double density = Math.Exp(-4.5) / Math.Sqrt(2 * Math.PI);
        Assert.Equal(2 * step * density, NormalDistribution.Cumulative(-3 + step) - NormalDistribution.Cumulative(-3 - step), 1e-15);
    }

    [Fact]
    public void What_is_no_number_stays_so() => Assert.True(double.IsNaN(NormalDistribution.Cumulative(double.NaN)));
}
