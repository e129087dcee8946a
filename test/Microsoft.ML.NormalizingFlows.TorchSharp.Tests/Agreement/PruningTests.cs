using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>Leaving out the states that the encoder finds hopeless.</summary>
public class PruningTests
{
    private const FlowOutputs Asked = FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector | FlowOutputs.PruningBound;

    [Theory]
    [InlineData("states of their own", 0.1, 1)]
    [InlineData("states of their own", 0.5, 200)]
    [InlineData("states of their own", 0.9, 300)]
    [InlineData("Gaussian states", 0.5, 200)]
    public void Scores_are_those_of_the_kept_states(string name, double pruned, int count)
    {
        var architecture = CompiledCases.Architecture(name);
        int states = architecture.States;
        using var flow = Perturbed.Flow(architecture, 0.8f);
        using var evaluator = new ManagedEngine().CreateEvaluator(new FlowMember(architecture.ToSpec(), FlowArrays.Extract(flow)), ComputeDevice.Cpu with { Threads = 2 });
        var rows = Numbers.Table(count, architecture.RowWidth);
        var exact = new FlowScores(architecture.ToSpec().Shape, Asked, count);
        var some = new FlowScores(architecture.ToSpec().Shape, Asked, count) { PrunedProbability = pruned };
        evaluator.Score(rows, count, exact);
        evaluator.Score(rows, count, some);
        using var x = tensor(rows, [count, architecture.RowWidth]);
        double[] q = Tensors.Values(nn.functional.softmax(flow.EncoderLogits(x), 1));

        int leftOut = 0;
        for (int i = 0; i < count; i++)
        {
            double kept = 0, hopeless = 0;
            for (int k = 0; k < states; k++)
            {
                bool isHopeless = q[i * states + k] < pruned / states;
                hopeless += isHopeless ? q[i * states + k] : 0;
                kept += isHopeless ? 0 : exact.Posterior[i * states + k];
                Assert.True(!isHopeless || some.Posterior[i * states + k] == 0);
                leftOut += isHopeless ? 1 : 0;
            }
            Assert.True(some.LogDensity[i] <= exact.LogDensity[i] + 1e-4);
            if (kept > 1e-6)
                Assert.Equal(exact.LogDensity[i] + Math.Log(kept), some.LogDensity[i], 2e-3);
            Assert.Equal(-Math.Log(1 - hopeless), some.PruningBound[i], 1e-4);
            Assert.InRange(some.PruningBound[i], 0, -Math.Log(1 - pruned));
            Assert.Equal(0, exact.PruningBound[i]);
        }
        Assert.True(leftOut > 0, "The case leaves nothing out.");
    }
}
