using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Speed;

namespace Micro;

/// <summary>New rows into an array, the latent state of each drawn too.</summary>
public class Sampling : EngineBenchmark
{
    private readonly RandomStream _random = new(5);
    private float[] _drawn = [];
    private IFlowEvaluator _evaluator = null!;

    [Params(4_096)]
    public int Rows { get; set; }

    private protected override int TableRows => Rows;

    private protected override void Prepare(Workload workload, IFlowLearner learner)
    {
        _drawn = new float[workload.ScoredRows.Length];
        _evaluator = learner.Evaluator;
    }

    private protected override void Run() => _evaluator.Sample(Rows, _random, state: null, _drawn);
}
