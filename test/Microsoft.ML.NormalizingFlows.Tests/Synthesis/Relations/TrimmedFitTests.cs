using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Relations;

public class TrimmedFitTests
{
    [Fact]
    public void A_sum_is_found_to_the_last_digit_though_one_row_in_twenty_is_far_off()
    {
        var (features, target) = Draw(noise: 0);
        for (int row = 0; row < target.Length; row += 20)
            target[row] += 1_000;
        var fit = TrimmedFit.Of(features, target).Rounded(features, target);
        Assert.Equal([0.5, -3], fit.Factors);
        Assert.Equal(12, fit.Constant);
        Assert.Equal(0, fit.Error, 1e-9);
    }

    [Fact]
    public void The_error_is_the_median_of_what_is_left()
    {
        // The median of |N(0, 1)| is 0.6745.
        var (features, target) = Draw(noise: 2);
        Assert.Equal(2 * 0.6745, TrimmedFit.Of(features, target).Error, 0.1);
    }

    [Fact]
    public void What_other_features_make_up_has_no_factor_and_what_adds_nothing_loses_its_own()
    {
        var (features, target) = Draw(noise: 0);
        double[][] more = [.. features, Array.ConvertAll(features[0], value => 2 * value - 1), Array.ConvertAll(features[0], _ => 7.0)];
        var fit = TrimmedFit.Of(more, target);
        Assert.Equal([0, 0], fit.Factors[2..]);
        var noise = RandomStream.For(3, "noise");
        double[][] other = [.. features, Array.ConvertAll(features[0], _ => noise.NextNormal())];
        Assert.Equal([0.5, -3, 0], TrimmedFit.Of(other, target).Rounded(other, target).Factors);
    }

    private static (double[][] Features, double[] Target) Draw(double noise)
    {
        var random = RandomStream.For(1, "rows");
        double[] one = new double[2_000], other = new double[2_000], target = new double[2_000];
        for (int row = 0; row < target.Length; row++)
        {
            (one[row], other[row]) = (100 * random.NextUniform(), random.NextNormal());
            target[row] = 12 + 0.5 * one[row] - 3 * other[row] + noise * random.NextNormal();
        }
        return ([one, other], target);
    }
}
