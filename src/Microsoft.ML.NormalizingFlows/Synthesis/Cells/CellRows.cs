namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Rows of a table kept in memory one behind the other, growing as rows are added: of each column the number of its cell.</summary>
internal sealed class CellRows(int columns)
{
    /// <summary>A cell that is to be drawn.</summary>
    public const int Unknown = -1;

    private int[] _cells = new int[Math.Max(16, 64 * columns)];

    public int Columns { get; } = columns;

    public int Count { get; private set; }

    public Span<int> this[int row] => _cells.AsSpan(row * Columns, Columns);

    /// <summary>The place for one more row, to be filled.</summary>
    public Span<int> Add()
    {
        int needed = checked((Count + 1) * Columns);
        if (needed > _cells.Length)
            Array.Resize(ref _cells, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _cells.Length)));
        Count++;
        return this[Count - 1];
    }

    /// <summary>Forgets all rows and keeps the room.</summary>
    public void Clear() => Count = 0;
}
