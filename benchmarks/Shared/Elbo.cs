using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Benchmarks.Shared;

/// <summary>The evidence lower bound of each row, which only the evaluator below the ML.NET surface gives.</summary>
public static class Elbo
{
    private const int Batch = 512;

    public static double[] Of(NormalizingVariationalFlowTransformer flow, float[][] rows, int? threads = null)
    {
        using IFlowEvaluator evaluator = FlowEngines.CreateEvaluator(flow.Model, ComputeDevice.Cpu with { Threads = threads });
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.Elbo, Batch);
        var elbo = new List<double>(rows.Length);
        foreach (float[][] batch in rows.Chunk(Batch))
        {
            evaluator.Score([.. batch.SelectMany(row => row)], batch.Length, scores);
            elbo.AddRange(scores.Elbo.Take(batch.Length).Select(value => (double)value));
        }
        return [.. elbo];
    }
}
