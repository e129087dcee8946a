using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>Layers that TorchSharp alone has: they learn, score and draw as all others do, and the managed engine says that it lacks them.</summary>
public class FlowLayerTests
{
    public static TheoryData<string> Kinds => [.. Architectures.Keys];

    private static readonly Dictionary<string, FlowArchitecture> Architectures = new()
    {
        ["TAN"] = Of(FlowLayer.TransformationAutoregressive, layers: 2),
        ["residual"] = Of(FlowLayer.Residual, layers: 3),
        ["continuous"] = Of(FlowLayer.Continuous, layers: 1),
        ["recurrent"] = Of(FlowLayer.ElementwiseMap, layers: 1) with { Pattern = FlowPattern.Recurrent },
        ["mixture of Gaussians"] = Of(FlowLayer.ElementwiseMap, layers: 1) with { Map = FlowMap.MixtureOfGaussians },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_layer_learns_a_bent_density_and_draws_rows_of_it(string kind)
    {
        var architecture = Architectures[kind];
        var settings = new TrainingSettings { Epochs = 8, BatchSize = 64, LearningRate = 0.02, KeepsLast = true };
        var rows = new ArrayRows([.. Bent(300, seed: 1)]);
        var before = FlowTrainer.Train(architecture, settings with { Epochs = 1, LearningRate = 1e-9 }, rows, null, null, new ListLog());
        var after = FlowTrainer.Train(architecture, settings, rows, null, null, new ListLog());
        float[][] fresh = [.. Bent(300, seed: 2)];
        double gain = Mean(after, fresh) - Mean(before, fresh);
        Assert.True(gain > 0.25, $"{kind} gains {gain} nats.");

        using var evaluator = FlowEngines.CreateEvaluator(after, ComputeDevice.Cpu);
        Assert.IsType<TorchEvaluator>(evaluator);
        var drawn = new float[2 * 300];
        evaluator.Sample(300, new RandomStream(3), null, drawn);
        // The rows lie along y = x^2 - 1; a Gaussian would be at 1.2 from there.
        Assert.InRange(Enumerable.Range(0, 300).Select(i => Math.Abs(drawn[2 * i + 1] - drawn[2 * i] * drawn[2 * i] + 1)).Order().ElementAt(150), 0, 0.8);
    }

    /// <summary>As a user asks for it: the library chooses the latent, and the model goes through a file.</summary>
    [Theory]
    [InlineData(FlowLayer.TransformationAutoregressive)]
    [InlineData(FlowLayer.Residual)]
    [InlineData(FlowLayer.Continuous)]
    public void An_estimator_takes_it_for_its_layers_and_a_file_keeps_it(FlowLayer layer)
    {
        var ml = new MLContext(seed: 1);
        var table = ml.Data.LoadFromEnumerable(Bent(120, seed: 1).Select(row => new FeatureRow { Features = row }));
        var options = new NormalizingVariationalFlowOptions { Flow = { Layer = layer, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 1 } };
        using var flow = ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
        using var stream = new MemoryStream();
        ml.Model.Save(flow, table.Schema, stream);
        using var loaded = (NormalizingVariationalFlowTransformer)new MLContext().Model.Load(stream, out _);
        float[] scores = [.. flow.Transform(table).GetColumn<float>("LogDensity")];
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        Assert.Equal(scores, loaded.Transform(table).GetColumn<float>("LogDensity"));
        float[][] drawn = [.. flow.Sample(20, seed: 1).GetColumn<float[]>("Features")];
        Assert.All(drawn.SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(drawn.SelectMany(row => row), loaded.Sample(20, seed: 1).GetColumn<float[]>("Features").SelectMany(row => row));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_managed_engine_says_that_it_lacks_them(string kind)
    {
        var error = Assert.Throws<InvalidOperationException>(() => FlowEngines.Check(Architectures[kind].ToSpec(), ComputeDevice.Cpu with { Engine = ComputeEngine.Managed }));
        Assert.Equal("The managed engine does not have every layer of this flow: set Training.Engine to TorchSharp or Automatic, or choose another Flow.Layer, Flow.Pattern or Flow.Map.", error.Message);
    }

    private static double Mean(FlowModel model, float[][] rows)
    {
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, rows.Length);
        evaluator.Score([.. rows.SelectMany(row => row)], rows.Length, scores);
        return scores.LogDensity.Average();
    }

    private static IEnumerable<float[]> Bent(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        for (int i = 0; i < count; i++)
        {
            double x = random.NextNormal();
            yield return [(float)x, (float)(x * x - 1 + 0.3 * random.NextNormal())];
        }
    }

    private static FlowArchitecture Of(FlowLayer layer, int layers) => new() { Dimensions = 2, Layer = layer, Layers = layers, HiddenUnits = 16, Seed = 1 };
}
