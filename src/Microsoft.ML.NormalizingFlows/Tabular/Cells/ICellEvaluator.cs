namespace Microsoft.ML.NormalizingFlows.Tabular.Cells;

/// <summary>A cell network ready to score, to draw and to complete rows. Safe to call from several threads at once.</summary>
internal interface ICellEvaluator
{
    CellShape Shape { get; }

    /// <summary>ln P(x) of each row, in nats.</summary>
    void Score(CellRows rows, Span<double> logProbabilities);

    /// <summary>
    /// Draws every digit that is <see cref="CellShape.Unknown"/>, given the others of its row. Where none is given behind the first unknown
    /// one this is exact; else the row is drawn from <see cref="CellLimits.Particles"/> rows that are each completed in order, in proportion
    /// to what the given digits are worth behind them (sampling-importance-resampling, Rubin 1987).
    /// </summary>
    /// <param name="rows">Changed in place.</param>
    /// <param name="excluded">Of each digit the cell that is not to be drawn, or <see cref="CellShape.None"/>; empty excludes nothing.</param>
    /// <param name="seed">The same seed and rows give the same.</param>
    void Complete(CellRows rows, ReadOnlySpan<short> excluded, ulong seed);
}
