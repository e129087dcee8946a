namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Rows of J digits kept in memory one behind the other, growing as rows are added.</summary>
internal sealed class CellRows(int digits)
{
    private short[] _codes = new short[Math.Max(16, 64 * digits)];

    public int Digits { get; } = digits;

    public int Count { get; private set; }

    public Span<short> this[int row] => _codes.AsSpan(row * Digits, Digits);

    /// <summary>The place for one more row, to be filled.</summary>
    public Span<short> Add()
    {
        int needed = checked((Count + 1) * Digits);
        if (needed > _codes.Length)
            Array.Resize(ref _codes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _codes.Length)));
        Count++;
        return this[Count - 1];
    }

    /// <summary>Forgets all rows and keeps the room.</summary>
    public void Clear() => Count = 0;
}
