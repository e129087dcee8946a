using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

public class TorchEvaluatorTests
{
    private const FlowOutputs Everything = FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector | FlowOutputs.Elbo;

    private static readonly FlowArchitecture Architecture = new()
    {
        Dimensions = 3, States = 4, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Seed = 3,
    };

    private static FlowModel Model(FlowArchitecture architecture)
    {
        using var flow = Perturbed.Flow(architecture);
        var report = new TrainingReport
        {
            TrainingRows = 0, ValidationRows = 0, Epochs = 0, BestEpoch = 0, Steps = 0, ValidationLogDensity = 0,
            MutualInformation = 0, StatesUsed = 0, Parameters = 0,
        };
        return new FlowModel(architecture.ToSpec(), FlowArrays.Extract(flow), report);
    }

    [Fact]
    public void A_batch_of_any_size_scores_each_row_alike()
    {
        using var evaluator = FlowEngines.CreateEvaluator(Model(Architecture), ComputeDevice.Cpu);
        const int count = 9_000;
        var rows = Numbers.Table(count, 3);
        var together = new FlowScores(Architecture.ToSpec().Shape, Everything, count);
        evaluator.Score(rows, count, together);
        var alone = new FlowScores(Architecture.ToSpec().Shape, Everything, 1);
        foreach (int i in new[] { 0, 1, 4_095, 4_096, count - 1 })
        {
            evaluator.Score(rows.AsSpan(3 * i, 3), 1, alone);
            Assert.Equal(alone.LogDensity[0], together.LogDensity[i], 3);
            Assert.Equal(alone.Elbo[0], together.Elbo[i], 3);
            for (int k = 0; k < 4; k++)
                Assert.Equal(alone.Posterior[k], together.Posterior[4 * i + k], 3);
            for (int d = 0; d < 3; d++)
                Assert.Equal(alone.BaseVector[d], together.BaseVector[3 * i + d], 3);
        }
    }

    [Fact]
    public void Bound_is_never_above_the_density()
    {
        using var evaluator = FlowEngines.CreateEvaluator(Model(Architecture), ComputeDevice.Cpu);
        var scores = new FlowScores(Architecture.ToSpec().Shape, Everything, 500);
        evaluator.Score(Numbers.Table(500, 3), 500, scores);
        for (int i = 0; i < 500; i++)
        {
            Assert.True(scores.Elbo[i] <= scores.LogDensity[i] + 1e-4);
            Assert.Equal(1f, scores.Posterior.AsSpan(4 * i, 4).ToArray().Sum(), 4);
        }
    }

    [Theory]
    [InlineData(1, ComputeEngine.Managed)]
    [InlineData(1, ComputeEngine.TorchSharp)]
    [InlineData(5, ComputeEngine.Managed)]
    [InlineData(5, ComputeEngine.TorchSharp)]
    public void Rows_far_out_and_no_rows_at_all_are_no_problem(int components, ComputeEngine engine)
    {
        var model = Model(Architecture with { BaseComponents = components });
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu with { Engine = engine });
        var scores = new FlowScores(Architecture.ToSpec().Shape, Everything, 2);
        evaluator.Score([1e30f, -1e30f, 0, float.MaxValue, float.MinValue, 1e20f], 2, scores);
        Assert.All(scores.LogDensity, value => Assert.True(float.IsFinite(value) && value < -1e4f));
        Assert.All(scores.Posterior, value => Assert.True(float.IsFinite(value)));
        Assert.All(scores.BaseVector, value => Assert.True(float.IsFinite(value)));
        Assert.All(scores.Elbo, value => Assert.True(float.IsFinite(value)));
        evaluator.Score([], 0, scores);
    }

    [Fact]
    public void Samples_follow_the_seed_and_the_state()
    {
        using var evaluator = FlowEngines.CreateEvaluator(Model(Architecture), ComputeDevice.Cpu);
        float[] Draw(ulong seed, int? state)
        {
            var rows = new float[300];
            evaluator.Sample(100, new RandomStream(seed), state, rows);
            return rows;
        }
        Assert.Equal(Draw(1, null), Draw(1, null));
        Assert.NotEqual(Draw(1, null), Draw(2, null));
        Assert.NotEqual(Draw(1, 0), Draw(1, 1));
        Assert.All(Draw(1, null), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 4)]
    [InlineData(1, 6)]
    public void Samples_have_the_density_of_the_model(int states, int components)
    {
        // E_p[exp(log q - log p)] = 1 for any normalised q: here q is a wide Normal and p the flow that is sampled.
        var architecture = Architecture with { Dimensions = 1, States = states, BaseComponents = components };
        using var evaluator = FlowEngines.CreateEvaluator(Model(architecture), ComputeDevice.Cpu);
        const int count = 20_000;
        var rows = new float[count];
        evaluator.Sample(count, new RandomStream(4), null, rows);
        var scores = new FlowScores(architecture.ToSpec().Shape, FlowOutputs.LogDensity, count);
        evaluator.Score(rows, count, scores);
        double ratio = Enumerable.Range(0, count).Average(i => Math.Exp(
            -0.5 * Math.Pow(rows[i] / 0.7, 2) - 0.5 * Math.Log(2 * Math.PI * 0.49) - scores.LogDensity[i]));
        Assert.Equal(1, ratio, 0.05);
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        var model = Model(Architecture);
        var member = model.Members[0];
        var missing = model with { Members = [member with { Arrays = [.. member.Arrays.Skip(3)] }] };
        var wrong = model with { Members = [member with { Spec = (Architecture with { HiddenUnits = 9 }).ToSpec() }] };
        Assert.Throws<InvalidDataException>(() => FlowEngines.CreateEvaluator(missing, ComputeDevice.Cpu));
        Assert.Throws<InvalidDataException>(() => FlowEngines.CreateEvaluator(wrong, ComputeDevice.Cpu));
    }

    [Fact]
    public void A_GPU_that_is_absent_is_an_error_unless_the_CPU_may_stand_in()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => FlowEngines.CreateEvaluator(Model(Architecture), new ComputeDevice(99, FallbackToCpu: false)));
        Assert.Contains("GPU 99 was asked for", error.Message);
        using var evaluator = FlowEngines.CreateEvaluator(Model(Architecture), new ComputeDevice(99, FallbackToCpu: true));
        Assert.Equal(3, evaluator.Shape.Dimensions);
    }
}
