using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class PrincipalStartTests
{
    // Along (3, 4) / 5 with deviation 10, across with 1, and around a far mean; nothing in the third direction.
    private static RowTable Rows()
    {
        var random = new RandomStream(1);
        var rows = new RowTable(3);
        for (int i = 0; i < 4_000; i++)
        {
            double along = 10 * random.NextNormal(), across = random.NextNormal();
            rows.Add([(float)(0.6 * along - 0.8 * across + 2), (float)(0.8 * along + 0.6 * across - 1), 5]);
        }
        return rows;
    }

    [Fact]
    public void Axes_are_principal_and_make_the_rows_white()
    {
        var rows = Rows();
        var axes = PrincipalStart.Find(rows, 3, new RandomStream(2));
        Assert.Equal(2, axes.Count);
        Assert.Equal(0.75, axes[0][0] / axes[0][1], 0.02);
        Assert.Equal(-0.8 / 0.6, axes[1][0] / axes[1][1], 0.02);
        foreach (float[] axis in axes)
        {
            double[] along = [.. Enumerable.Range(0, 1_000).Select(i => Enumerable.Range(0, 3).Sum(j => (double)axis[j] * rows[i][j]))];
            double mean = along.Average();
            Assert.InRange(Math.Sqrt(along.Average(value => Math.Pow(value - mean, 2))), 0.85, 1.15);
        }
    }

    /// <summary>
    /// In a wide table the first linear map starts as the whitening of the rows and the latent as their principal axes, and neither spoils the other: two
    /// factors behind thirty features are found by both.
    /// </summary>
    [Fact]
    public void A_flow_starts_from_the_Gaussian_of_its_rows_and_its_latent_from_their_axes()
    {
        var random = new RandomStream(3);
        float[][] rows = [.. Enumerable.Range(0, 700).Select(_ =>
        {
            double first = random.NextNormal(), second = random.NextNormal();
            return Enumerable.Range(0, 30).Select(j => (float)(first * Math.Cos(j) + second * Math.Sin(2 * j) + 0.3 * random.NextNormal())).ToArray();
        })];
        var architecture = new FlowArchitecture { Dimensions = 30, Rank = 4, Layers = 1, HiddenUnits = 8, EncoderHiddenUnits = 8, LatentDimensions = 2, Seed = 1 };
        var settings = new TrainingSettings { Epochs = 1, KeepsLast = true, LearningRate = 1e-7 };
        FlowModel Train(bool startsFromGaussian) => FlowTrainer.Train(
            architecture, settings with { StartsFromGaussian = startsFromGaussian }, new ArrayRows(rows[..500]), null, null, new ListLog());
        FlowModel both = Train(true), axes = Train(false);
        float[] Array(FlowModel model, string name) => model.Members[0].Arrays.Single(array => array.Name == name).Values;
        Near.Assert(Array(axes, PrincipalStart.Axes), Array(both, PrincipalStart.Axes), 1e-5, "axis");
        Assert.NotEqual(Array(axes, "flow.steps.1.diagonal"), Array(both, "flow.steps.1.diagonal"));
        Assert.True(Mean(both) > Mean(axes) + 5, $"{Mean(both)} with the Gaussian, {Mean(axes)} without");
        Assert.Equal(2, both.Report.StatesUsed);

        double Mean(FlowModel model)
        {
            using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
            var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, 200);
            evaluator.Score([.. rows[500..].SelectMany(row => row)], 200, scores);
            return scores.LogDensity.Average();
        }
    }
}
