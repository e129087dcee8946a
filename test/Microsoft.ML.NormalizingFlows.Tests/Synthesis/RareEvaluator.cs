using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>Draws as another does; of its rows some agree with what is given, and the others hardly.</summary>
/// <param name="inner">Draws.</param>
/// <param name="agrees">By cells and seed.</param>
/// <param name="otherwise">ln of what a row weighs that does not agree.</param>
internal sealed class RareEvaluator(ICellEvaluator inner, Func<int[], ulong, bool> agrees, double otherwise) : ICellEvaluator
{
    public int Threads => inner.Threads;

    public void Score(CellRows rows, Span<double> logProbabilities) => inner.Score(rows, logProbabilities);

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights)
    {
        inner.Draw(rows, weights, seeds, logWeights);
        for (int row = 0; row < rows.Count; row++)
            logWeights[row] = agrees(rows[row].ToArray(), seeds[row]) ? 0 : otherwise;
    }
}
