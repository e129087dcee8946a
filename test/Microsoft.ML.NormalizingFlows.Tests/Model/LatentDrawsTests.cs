using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Model;

/// <summary>
/// A model whose density is known: z ~ N(0, I), x = W z + e with Normal e. What is drawn for a row is weighed by the ratio that comes with it, so that
/// the bound is never above the density in the mean, grows with the draws, and is exact where q is the posterior.
/// </summary>
public class LatentDrawsTests
{
    private const double Noise = 0.5, Slope = 1.5;

    // x | z ~ N(Slope z, Noise^2): x ~ N(0, Slope^2 + Noise^2), z | x ~ N(Slope x / v, Noise^2 / v).
    private const double Variance = Slope * Slope + Noise * Noise;

    private static double Log(double x, double mean, double variance) => -0.5 * (x - mean) * (x - mean) / variance - 0.5 * Math.Log(2 * Math.PI * variance);

    // ln 1/S sum_s p(x|z_s) p(z_s) / r(z_s).
    private static double Bound(float x, double meanOff, double spread, int draws)
    {
        float[] normals = new float[draws], z = [0], mean = [(float)(Slope * x / Variance + meanOff)], logDeviation = [(float)Math.Log(spread * Noise / Math.Sqrt(Variance))];
        var fromPrior = new bool[draws];
        LatentDraws.Fill([x], normals, fromPrior);
        double sum = 0;
        for (int s = 0; s < draws; s++)
        {
            double ratio = LatentDraws.Draw(mean, logDeviation, 1, normals.AsSpan(s, 1), fromPrior[s], z);
            sum += Math.Exp(ratio + Log(x, Slope * z[0], Noise * Noise));
        }
        return Math.Log(sum / draws);
    }

    [Fact]
    public void It_grows_with_the_draws_to_the_density_and_never_above()
    {
        float[] rows = [.. Enumerable.Range(0, 4_000).Select(i => (float)(Math.Sqrt(Variance) * new RandomStream((ulong)i).NextNormal()))];
        double exact = rows.Average(x => Log(x, 0, Variance));
        double before = double.NegativeInfinity;
        foreach (int draws in new[] { 1, 4, 16, 64, 512 })
        {
            double bound = rows.Average(x => Bound(x, meanOff: 0.3, spread: 1.6, draws));
            Assert.InRange(bound, before, exact + 0.01);
            before = bound;
        }
        Assert.InRange(before, exact - 0.01, exact + 0.01);
    }

    [Fact]
    public void With_the_true_posterior_few_draws_are_enough()
    {
        for (float x = -3; x <= 3; x += 0.5f)
            Assert.Equal(Log(x, 0, Variance), Bound(x, meanOff: 0, spread: 1, draws: 64), 0.12);      // a tenth of the draws are the prior's
    }

    [Fact]
    public void Far_from_the_encoder_the_prior_holds_it_up() =>
        Assert.InRange(Bound(1, meanOff: 40, spread: 0.1, draws: 4_096), Log(1, 0, Variance) - 2.6, Log(1, 0, Variance));

    [Fact]
    public void Draws_follow_from_the_row_alone()
    {
        float[] first = new float[8], second = new float[8];
        bool[] a = new bool[4], b = new bool[4];
        LatentDraws.Fill([1, 2], first, a);
        LatentDraws.Fill([1, 2], second, b);
        Assert.Equal(first, second);
        Assert.Equal(a, b);
        LatentDraws.Fill([1, MathF.BitIncrement(2)], second, b);
        Assert.NotEqual(first, second);
    }
}
