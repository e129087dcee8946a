using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Quality;

namespace Microsoft.ML.NormalizingFlows.Tests.Quality;

public class BoostedTreesTests
{
    [Fact]
    public void An_exclusive_or_is_learned()
    {
        var (features, labels) = Draw(4_000, seed: 1, (a, b) => a > 0.5 != b > 0.5 ? 1 : 0);
        var (others, truth) = Draw(1_000, seed: 2, (a, b) => a > 0.5 != b > 0.5 ? 1 : 0);
        double[] scores = new BoostedTrees(default).FitAndScore(features, labels, isNumber: false, others);
        Assert.InRange(RankStatistics.AreaUnderCurve(scores, [.. truth.Select(label => label > 0.5f)]), 0.97, 1);
    }

    [Fact]
    public void A_number_is_predicted_in_its_own_units()
    {
        var (features, labels) = Draw(4_000, seed: 1, (a, b) => 1_000 + 50 * a * b);
        var (others, truth) = Draw(1_000, seed: 2, (a, b) => 1_000 + 50 * a * b);
        double[] predicted = new BoostedTrees(default).FitAndScore(features, labels, isNumber: true, others);
        Assert.InRange(RankStatistics.RSquared(predicted, [.. truth.Select(label => (double)label)]), 0.98, 1);
    }

    [Fact]
    public void Noise_is_not_told_apart()
    {
        var random = RandomStream.For(3, "labels");
        var (features, labels) = Draw(4_000, seed: 1, (_, _) => random.NextInt(2));
        var (others, truth) = Draw(4_000, seed: 2, (_, _) => random.NextInt(2));
        double[] scores = new BoostedTrees(default).FitAndScore(features, labels, isNumber: false, others);
        // Four standard errors of the area.
        Assert.Equal(0.5, RankStatistics.AreaUnderCurve(scores, [.. truth.Select(label => label > 0.5f)]), 4 / Math.Sqrt(12 * 2_000 / 2.0));
    }

    [Fact]
    public void Few_rows_and_one_label_give_scores()
    {
        var (features, labels) = Draw(10, seed: 1, (_, _) => 1);
        Assert.All(new BoostedTrees(default).FitAndScore(features, labels, isNumber: false, features), score => Assert.True(double.IsFinite(score)));
    }

    private static (RowTable Features, float[] Labels) Draw(int rows, ulong seed, Func<double, double, double> label)
    {
        var random = RandomStream.For(seed, "rows");
        var table = new RowTable(3);
        var labels = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            float a = (float)random.NextUniform(), b = (float)random.NextUniform();
            table.Add([a, b, random.NextInt(4)]);
            labels[row] = (float)label(a, b);
        }
        return (table, labels);
    }
}
