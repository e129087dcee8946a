using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Speed;

namespace Micro;

/// <summary>
/// A step of training: forward, backward, clipping and Adam for one batch. It has the size 0, so that all steps of a run do the
/// same work on the same weights.
/// </summary>
public class TrainingStep : EngineBenchmark
{
    private readonly RandomStream _noise = new(4);
    private Workload _workload = null!;
    private IFlowLearner _learner = null!;
    private LearningPhase _phase;

    /// <summary>One state for each row, or all of them.</summary>
    [Params(nameof(LearningPhase.Clusters), nameof(LearningPhase.ExactMixture))]
    public string Phase { get; set; } = "";

    private protected override void Prepare(Workload workload, IFlowLearner learner)
    {
        _workload = workload;
        _learner = learner;
        _phase = Enum.Parse<LearningPhase>(Phase);
    }

    private protected override void Run()
    {
        double loss = _learner.Step(_phase, _workload.BatchRows, _workload.Batch, _noise, dropoutSeed: 1, learningRate: 0);
        if (double.IsNaN(loss))
            throw new InvalidDataException("The step was left out: its loss or gradient is not finite.");
    }
}
