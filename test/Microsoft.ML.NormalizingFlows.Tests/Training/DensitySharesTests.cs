using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class DensitySharesTests
{
    [Fact]
    public void Rows_of_two_densities_have_the_shares_that_they_were_drawn_with()
    {
        // Three rows in ten around 3, the others around 0.
        var random = new RandomStream(1);
        double[] rows = [.. Enumerable.Range(0, 5_000).Select(i => random.NextNormal() + (i % 10 < 3 ? 3 : 0))];
        var (shares, gain) = DensityShares.Of([LogDensities(rows, 0), LogDensities(rows, 3), LogDensities(rows, 50)]);
        Assert.Equal(0.7, shares[0], 0.02);
        Assert.Equal(0.3, shares[1], 0.02);
        Assert.InRange(shares[2], 0, 0.001);
        Assert.Equal(1, shares.Sum(), 1e-9);
        // What they gain is the mean of the mixture less that of the first.
        double mixed = rows.Average(row => Math.Log(shares[0] * Math.Exp(LogDensity(row, 0)) + shares[1] * Math.Exp(LogDensity(row, 3))));
        Assert.Equal(mixed - LogDensities(rows, 0).Average(), gain, 1e-6);
    }

    [Fact]
    public void A_few_rows_do_not_give_all_to_what_is_a_little_better()
    {
        double[] rows = [0.4, 0.3];
        var (shares, _) = DensityShares.Of([LogDensities(rows, 0), LogDensities(rows, 0.5)]);
        Assert.InRange(shares[1], 0.1, 0.6);
    }

    private static double[] LogDensities(double[] rows, double mean) => [.. rows.Select(row => LogDensity(row, mean))];

    private static double LogDensity(double row, double mean) => -0.5 * (row - mean) * (row - mean) - 0.5 * Math.Log(2 * Math.PI);
}
