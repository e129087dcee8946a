namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>Rows of D values kept in memory one behind the other, growing as rows are added.</summary>
internal sealed class RowTable(int dimensions)
{
    private float[] _values = new float[Math.Max(16, 64 * dimensions)];

    public int Dimensions { get; } = dimensions;

    public int Count { get; private set; }

    public Span<float> this[int row] => _values.AsSpan(row * Dimensions, Dimensions);

    /// <summary>All rows, row-major.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * Dimensions);

    /// <summary>Copies a column of as many rows as there is room for, evenly over the table; at most all.</summary>
    public void CopyColumn(int column, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = this[(int)((long)i * Count / values.Length)][column];
    }

    public void Add(ReadOnlySpan<float> row)
    {
        int needed = checked((Count + 1) * Dimensions);
        if (needed > _values.Length)
            Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _values.Length)));
        Count++;
        row.CopyTo(this[Count - 1]);
    }
}
