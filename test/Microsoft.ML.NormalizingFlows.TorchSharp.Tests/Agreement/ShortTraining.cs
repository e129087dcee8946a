using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>A few steps of training that any learner can take: the same start, the same batches, the same random numbers.</summary>
internal sealed class ShortTraining(FlowArchitecture architecture, int batchRows)
{
    private const double LearningRate = 1e-3;

    private readonly LearnerSettings _settings = new(
        WeightDecay: 0.01, GradientClip: 5,
        [.. Enumerable.Range(0, architecture.States).Select(k => Numbers.Table(1, architecture.Dimensions, (ulong)(50 + k)))], ComputeDevice.Cpu);

    private readonly IReadOnlyList<NamedArray> _start = Start(architecture);

    public IFlowLearner Compiled(int threads) => new ManagedEngine().CreateLearner(architecture.ToSpec(), _start, _settings with { Device = ComputeDevice.Cpu with { Threads = threads } });

    public IFlowLearner Reference() => new TorchLearner(architecture.ToSpec(), _start, _settings);

    /// <summary>Tapes that a thread of four lanes keeps; wider lanes round up to no fewer numbers.</summary>
    public int MaximumTapes() => new LearningWork<Lanes128>(new ManagedModel<Lanes128>(architecture.ToSpec(), _start)).MaximumTapes;

    /// <summary>Takes the steps from <paramref name="from"/> to before <paramref name="to"/>; returns their losses.</summary>
    public double[] Run(IFlowLearner learner, LearningPhase phase, int from, int to)
    {
        var losses = new double[to - from];
        for (int step = from; step < to; step++)
        {
            float[] rows = Numbers.Table(batchRows, architecture.RowWidth, (ulong)step);
            losses[step - from] = learner.Step(phase, rows, batchRows, new RandomStream((ulong)(1_000 + step)), (uint)step, LearningRate);
        }
        return losses;
    }

    // As the managed engine reads and gives it: the reference would keep idle values in weights that a mask cuts.
    private static IReadOnlyList<NamedArray> Start(FlowArchitecture architecture)
    {
        float[] shift = [.. Enumerable.Range(0, architecture.RowWidth).Select(d => 0.1f * d)];
        float[] scale = [.. shift.Select(value => 1 + 2 * value)];
        var settings = new LearnerSettings(0, 5, null, ComputeDevice.Cpu);
        using var learner = new ManagedEngine().CreateLearner(architecture.ToSpec(), FlowStart.Create(architecture.ToSpec(), architecture.Seed, shift, scale), settings with { Device = ComputeDevice.Cpu with { Threads = 1 } });
        return learner.ExtractWeights();
    }
}
