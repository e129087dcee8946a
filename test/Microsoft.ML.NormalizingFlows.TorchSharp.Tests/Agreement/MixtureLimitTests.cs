using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>Log-scales of a mixture base beyond their limit, in the managed engine.</summary>
public class MixtureLimitTests
{
    private const int Count = 40;

    [Fact]
    public void They_count_as_the_limit_and_get_no_gradient()
    {
        var architecture = CompiledCases.Architecture("mixture base");
        using var flow = Perturbed.Flow(architecture, 0.2f);
        IReadOnlyList<NamedArray> arrays = FlowArrays.Extract(flow);
        float[] beyond = [.. arrays.Single(array => array.Name == "base.logScales").Values];
        beyond[1] = 13;
        beyond[7] = 40;
        arrays = [.. arrays.Select(array => array.Name == "base.logScales" ? array with { Values = beyond } : array)];
        float[] rows = Numbers.Table(Count, architecture.RowWidth);

        using var reference = new TorchEvaluator(new FlowMember(architecture.ToSpec(), arrays), CPU);
        var settings = new LearnerSettings(0, 5, null, ComputeDevice.Cpu);
        using var learner = new ManagedLearner<Lanes256>(new ManagedModel<Lanes256>(architecture.ToSpec(), arrays), settings, 1);
        FlowScores expected = new(architecture.ToSpec().Shape, FlowOutputs.LogDensity, Count), actual = new(architecture.ToSpec().Shape, FlowOutputs.LogDensity, Count);
        reference.Score(rows, Count, expected);
        learner.Evaluator.Score(rows, Count, actual);
        Near.Assert(expected.LogDensity, actual.LogDensity, 1e-3, "log-density");

        learner.Differentiate(LearningPhase.ExactMixture, rows, Count, new RandomStream(1), 1);
        float[] gradient = learner.ExtractGradient().Single(array => array.Name == "base.logScales").Values;
        for (int i = 0; i < gradient.Length; i++)
            Assert.Equal(i is 1 or 7, gradient[i] == 0);
    }
}
