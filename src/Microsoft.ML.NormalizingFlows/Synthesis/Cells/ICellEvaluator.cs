namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A cell network ready to score and to draw. Safe to call from several threads at once.</summary>
internal interface ICellEvaluator
{
    CellShape Shape { get; }

    /// <summary>How many threads it uses.</summary>
    int Threads { get; }

    /// <summary>ln P(x) of each row, in nats.</summary>
    void Score(CellRows rows, Span<double> logProbabilities);

    /// <summary>Draws every digit that is <see cref="CellShape.Unknown"/>, given those before it.</summary>
    /// <param name="rows">Changed in place.</param>
    /// <param name="weights">What cells are worth that are drawn; null for all the same.</param>
    /// <param name="seeds">Of each row; the same seed and row give the same.</param>
    /// <param name="logWeights">
    /// Gets ln of what each row weighs among rows that are drawn alike: the probability of each given digit behind an unknown one, and the sum of what the
    /// cells of each unknown one are worth, given the digits before it.
    /// </param>
    void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights);
}
