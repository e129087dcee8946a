namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// A table in a flat vector: rows of <paramref name="Columns"/> numbers, <paramref name="Stride"/> apart, zeros between. A table
/// with a row for each latent state stands for a linear layer of the one-hot state; one with a single row serves all states.
/// </summary>
internal readonly record struct TableSlot(int Place, int Rows, int Columns, int Stride)
{
    public int Length => Rows * Stride;

    /// <summary>The row of a state within the vector.</summary>
    public Span<float> Row(Span<float> vector, int state) => vector.Slice(Place + (Rows == 1 ? 0 : state) * Stride, Columns);

    /// <summary>All rows.</summary>
    public Span<float> Of(Span<float> vector) => vector.Slice(Place, Length);
}
