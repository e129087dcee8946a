using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>The evaluator of one transformer.</summary>
internal sealed class SharedEvaluator(Func<IFlowEvaluator> create) : SharedResource<IFlowEvaluator>(create, nameof(NormalizingVariationalFlowTransformer))
{
    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        var evaluator = Enter();
        try
        {
            evaluator.Score(rows, count, scores);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Scores any number of rows, as many at a time as there is room for scores.</summary>
    /// <param name="rows">(B, D), row-major.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="scores">Gets the scores of one block after the other.</param>
    /// <param name="scored">Told of each block: its first row, and how many there are.</param>
    public void ScoreBlocks(ReadOnlySpan<float> rows, int dimensions, FlowScores scores, Action<int, int> scored)
    {
        int count = rows.Length / dimensions;
        for (int start = 0; start < count; start += scores.Capacity)
        {
            int block = Math.Min(scores.Capacity, count - start);
            Score(rows.Slice(start * dimensions, block * dimensions), block, scores);
            scored(start, block);
        }
    }

    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default)
    {
        var evaluator = Enter();
        try
        {
            evaluator.Sample(count, random, state, rows, latents);
        }
        finally
        {
            Leave();
        }
    }

    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values)
    {
        var evaluator = Enter();
        try
        {
            evaluator.Quantiles(rows, count, levels, values);
        }
        finally
        {
            Leave();
        }
    }
}
