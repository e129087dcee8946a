using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Measures <see cref="ContinuousLatentBounds"/>.</summary>
internal static class LatentBounds
{
    private const int MaximumRows = 256, BatchRows = 64, ManyDraws = 512;

    /// <param name="evaluator">A flow with a continuous latent.</param>
    /// <param name="rows">Rows in no order.</param>
    public static ContinuousLatentBounds Of(IFlowEvaluator evaluator, RowTable rows)
    {
        int count = Math.Min(MaximumRows, rows.Count);
        var usual = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity | FlowOutputs.Elbo | FlowOutputs.EffectiveSampleSize, BatchRows);
        var many = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity, BatchRows) { Draws = ManyDraws };
        double one = 0, some = 0, all = 0, effective = 0;
        for (int start = 0; start < count; start += BatchRows)
        {
            int size = Math.Min(BatchRows, count - start);
            var batch = rows.Values.Slice(start * evaluator.Shape.Width, size * evaluator.Shape.Width);
            evaluator.Score(batch, size, usual);
            evaluator.Score(batch, size, many);
            for (int i = 0; i < size; i++)
            {
                one += usual.Elbo[i];
                some += usual.LogDensity[i];
                all += many.LogDensity[i];
                effective += usual.EffectiveSampleSize[i];
            }
        }
        return new ContinuousLatentBounds
        {
            Rows = count, Bound1 = one / count, Bound64 = some / count, Bound512 = all / count, EffectiveSampleSize = effective / count,
        };
    }
}
