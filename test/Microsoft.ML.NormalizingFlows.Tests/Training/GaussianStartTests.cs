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
        var data = Read(rows);
        AssertBegins(architecture, GaussianStart.Find(architecture.ToSpec(), data, noise: 0.5, architecture.Seed), rows, data, ridge: 0.5, tolerance: 2e-3);
    }

    // Two features that are independent, one of them heavy-tailed, and one that is their sum but for a thousandth.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_feature_that_nearly_follows_from_others_begins_as_what_a_regression_leaves_of_it(ulong seed)
    {
        var random = new RandomStream(seed);
        float[][] rows = [.. Enumerable.Range(0, 20_000).Select(_ => Sum(random, noise: 0.003))];
        var data = Read(rows);
        var architecture = new FlowArchitecture { Dimensions = 3, Layers = 2, HiddenUnits = 8, Map = FlowMap.Affine, Seed = seed };
        var start = GaussianStart.FindDependences(architecture.ToSpec(), data, seed);
        Assert.NotNull(start);
        double sum = 0;
        using var evaluator = Begin(architecture, start, data);
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity, rows.Length);
        evaluator.Score(rows.SelectMany(row => row).ToArray(), rows.Length, scores);
        foreach (float logDensity in scores.LogDensity)
            sum += logDensity;

        // Whichever of the three is last, what is left of it has the width of the noise; the other two, correlated by up to 0.71, begin apart.
        Assert.InRange(sum / rows.Length, ExpectedOfSum(0.003) - 0.5 * Math.Log(2) - 0.05, ExpectedOfSum(0.003) + 0.01);
    }

    [Theory]
    [InlineData(400, 0.3, "correlated, but not as closely")]
    [InlineData(8, 0.003, "too few rows to tell")]
    public void Without_a_near_dependence_a_flow_begins_as_ever(int count, double noise, string why)
    {
        var random = new RandomStream(4);
        var architecture = new FlowArchitecture { Dimensions = 3, Seed = 4 };
        Assert.True(GaussianStart.FindDependences(architecture.ToSpec(), Read([.. Enumerable.Range(0, count).Select(_ => Sum(random, noise))]), 4) is null, why);
    }

    [Fact]
    public void A_small_table_with_a_sum_in_it_is_learned_to_the_width_of_its_rounding()
    {
        var random = new RandomStream(6);
        float[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Sum(random, noise: 0.003))], fresh = [.. Enumerable.Range(0, 1_000).Select(_ => Sum(random, noise: 0.003))];
        var architecture = new FlowArchitecture { Dimensions = 3, Layers = 2, HiddenUnits = 8, Map = FlowMap.Affine, Seed = 6 };
        var model = FlowTrainer.Train(architecture, new TrainingSettings { Epochs = 30 }, new ArrayRows(rows), null, null, new ListLog());
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity, fresh.Length);
        evaluator.Score(fresh.SelectMany(row => row).ToArray(), fresh.Length, scores);
        Assert.InRange(scores.LogDensity.Average(), ExpectedOfSum(0.003) - 0.5, ExpectedOfSum(0.003) + 0.1);
    }

    // What is left of a feature that follows exactly from several others is less than a thousandth of it: the diagonal of the first map is beyond what exp takes.
    [Fact]
    public void Features_that_follow_exactly_from_several_others_are_trained()
    {
        float[][] rows = [.. Enumerable.Range(0, 400).Select(i => Enumerable.Range(0, 6).Select(j => i % 3 == j % 3 ? 1f : 0).ToArray())];
        var architecture = new FlowArchitecture { Dimensions = 6, Layers = 2, HiddenUnits = 8, Seed = 1 };
        var start = GaussianStart.FindDependences(architecture.ToSpec(), Read(rows), architecture.Seed);
        Assert.NotNull(start);
        Assert.All(start.ApplyTo(FlowStart.Create(architecture.ToSpec(), 1, new float[6], [1, 1, 1, 1, 1, 1])).SelectMany(array => array.Values), value => Assert.True(float.IsFinite(value)));
        var model = FlowTrainer.Train(architecture, new TrainingSettings { Epochs = 3 }, new ArrayRows(rows), null, null, new ListLog());
        Assert.True(double.IsFinite(model.Report.ValidationLogDensity));
    }

    private static TrainingData Read(float[][] rows) => TrainingData.Read(new ArrayRows(rows), new ArrayRows(rows[..1]), new TrainingSettings(), seed: 1);

    private static IFlowEvaluator Begin(FlowArchitecture architecture, GaussianStart start, TrainingData data)
    {
        var spec = architecture.ToSpec();
        var arrays = start.ApplyTo([.. FlowStart.Create(spec, architecture.Seed, data.Scale.Shift, data.Scale.Scale).Select(Still)]);
        return FlowEngines.CreateEvaluator(new FlowModel([new FlowMember(spec, arrays)], null!), ComputeDevice.Cpu);
    }

    private static void AssertBegins(FlowArchitecture architecture, GaussianStart start, float[][] rows, TrainingData data, double ridge, double tolerance)
    {
        using var evaluator = Begin(architecture, start, data);
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity, rows.Length);
        evaluator.Score(rows.SelectMany(row => row).ToArray(), rows.Length, scores);

        var sample = new RowTable(architecture.Dimensions);
        var standardized = new float[architecture.Dimensions];
        foreach (float[] row in rows)
        {
            data.Scale.Standardize(row, standardized);
            sample.Add(standardized);
        }
        var gaussian = ShrunkGaussian.Fit(sample, ridge);
        double logScale = data.Scale.Scale.Sum(scale => Math.Log(scale));
        for (int i = 0; i < rows.Length; i++)
            Assert.InRange(scores.LogDensity[i] - (gaussian.LogDensity(sample[i]) - logScale), -tolerance, tolerance);
    }

    // Without the small random values that the networks of a fresh flow end in, affine layers are the identity.
    private static NamedArray Still(NamedArray array) =>
        array.Name.Contains(".final.") ? array with { Values = new float[array.Values.Length] } : array;

    // A Normal, a uniform, and their sum with some noise.
    private static float[] Sum(RandomStream random, double noise)
    {
        float a = (float)random.NextNormal(), b = (float)(random.NextUniform() * Math.Sqrt(12));
        return [a, b, (float)(a + b + noise * random.NextNormal())];
    }

    // The mean log-density of such rows, were the uniform a Normal.
    private static double ExpectedOfSum(double noise) => -1.5 * Math.Log(2 * Math.PI * Math.E) - Math.Log(noise);

    // Correlated, of different scales.
    private static float[] Row(RandomStream random)
    {
        double a = random.NextNormal(), b = random.NextNormal();
        return [(float)(5 + 2 * a), (float)(a + 0.3 * b), (float)(-10 * b), (float)(100 + a - b + 0.5 * random.NextNormal())];
    }
}
