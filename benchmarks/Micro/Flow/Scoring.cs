using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows.Model;
using Speed;

namespace Micro;

/// <summary>The exact log-density of rows in an array: a single one, some, and many.</summary>
public class Scoring : EngineBenchmark
{
    private float[] _rows = [];
    private IFlowEvaluator _evaluator = null!;
    private FlowScores _scores = null!;

    [Params(1, 64, 4_096)]
    public int Rows { get; set; }

    private protected override int TableRows => Rows;

    private protected override void Prepare(Workload workload, IFlowLearner learner)
    {
        _rows = workload.ScoredRows;
        _evaluator = learner.Evaluator;
        _scores = new FlowScores(workload.Spec.Shape, FlowOutputs.LogDensity, Rows);
    }

    private protected override void Run() => _evaluator.Score(_rows, Rows, _scores);
}
