using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class GaussianStartTests
{
    [Theory]
    [InlineData(FlowPattern.Coupling, 1, null)]
    [InlineData(FlowPattern.Autoregressive, 1, null)]
    [InlineData(FlowPattern.Coupling, 3, null)]
    [InlineData(FlowPattern.Coupling, 1, 3)]
    [InlineData(FlowPattern.Autoregressive, 3, 3)]
    public void The_flow_begins_as_the_Gaussian_of_its_rows(FlowPattern pattern, int states, int? rank)
    {
        var random = new RandomStream(1);
        float[][] rows = [.. Enumerable.Range(0, 400).Select(_ => Row(random))];
        var architecture = new FlowArchitecture
        {
            Dimensions = 4, Layers = 2, HiddenUnits = 8, Pattern = pattern, Map = FlowMap.Affine, States = states, StateStandardization = states > 1, Rank = rank, Seed = 9,
        };
        var data = TrainingData.Read(new ArrayRows(rows), new ArrayRows(rows[..10]), new TrainingSettings(), seed: 1);
        var arrays = GaussianStart.Find(architecture.ToSpec(), data, noise: 0.5, architecture.Seed)
            .ApplyTo([.. FlowStart.Create(architecture.ToSpec(), architecture.Seed, data.Scale.Shift, data.Scale.Scale).Select(Still)]);
        using var evaluator = FlowEngines.CreateEvaluator(new FlowModel([new FlowMember(architecture.ToSpec(), arrays)], null!), ComputeDevice.Cpu);
        var scores = new FlowScores(architecture.ToSpec().Shape, FlowOutputs.LogDensity, rows.Length);
        evaluator.Score(rows.SelectMany(row => row).ToArray(), rows.Length, scores);

        var sample = new RowTable(4);
        var standardized = new float[4];
        foreach (float[] row in rows)
        {
            data.Scale.Standardize(row, standardized);
            sample.Add(standardized);
        }
        var gaussian = ShrunkGaussian.Fit(sample, ridge: 0.5);
        double logScale = data.Scale.Scale.Sum(scale => Math.Log(scale));
        for (int i = 0; i < rows.Length; i++)
            Assert.InRange(scores.LogDensity[i] - (gaussian.LogDensity(sample[i]) - logScale), -2e-3, 2e-3);
    }

    // Without the small random values that the networks of a fresh flow end in, affine layers are the identity.
    private static NamedArray Still(NamedArray array) =>
        array.Name.Contains(".final.") ? array with { Values = new float[array.Values.Length] } : array;

    // Correlated, of different scales.
    private static float[] Row(RandomStream random)
    {
        double a = random.NextNormal(), b = random.NextNormal();
        return [(float)(5 + 2 * a), (float)(a + 0.3 * b), (float)(-10 * b), (float)(100 + a - b + 0.5 * random.NextNormal())];
    }
}
