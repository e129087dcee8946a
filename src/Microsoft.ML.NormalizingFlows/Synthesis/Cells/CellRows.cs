namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Rows of a table kept in memory one behind the other, growing as rows are added: of each code the number of its cell, of each column its value.</summary>
/// <param name="width">Cells of a row.</param>
/// <param name="columns">Values of a row; 0 where rows are only scored.</param>
internal sealed class CellRows(int width, int columns)
{
    /// <summary>A cell that is to be drawn.</summary>
    public const int Unknown = -1;

    /// <summary>A value that is to be drawn.</summary>
    public const double ToDraw = double.NegativeInfinity;

    private int[] _cells = new int[Math.Max(16, 64 * width)];
    private double[] _values = new double[64 * columns];

    public int Width { get; } = width;

    public int Columns { get; } = columns;

    public int Count { get; private set; }

    public Span<int> this[int row] => _cells.AsSpan(row * Width, Width);

    public Span<double> Values(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>The place for one more row, to be filled; its values are to be drawn.</summary>
    public Span<int> Add()
    {
        Grow(ref _cells, Width);
        Grow(ref _values, Columns);
        Count++;
        Values(Count - 1).Fill(ToDraw);
        return this[Count - 1];
    }

    /// <summary>Adds a copy of a row.</summary>
    public void Add(ReadOnlySpan<int> cells, ReadOnlySpan<double> values)
    {
        cells.CopyTo(Add());
        values.CopyTo(Values(Count - 1));
    }

    /// <summary>Forgets all rows and keeps the room.</summary>
    public void Clear() => Count = 0;

    private void Grow<T>(ref T[] array, int width)
    {
        int needed = checked((Count + 1) * width);
        if (needed > array.Length)
            Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * array.Length)));
    }
}
