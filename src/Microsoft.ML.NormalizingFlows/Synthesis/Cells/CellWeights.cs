namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// What the cells of columns are worth where these are drawn, from 0 (never drawn) to 1: the share of a cell that fulfils a condition. Columns without a
/// condition have none.
/// </summary>
internal sealed class CellWeights(int columns)
{
    private readonly float[]?[] _worth = new float[columns][];

    /// <summary>Whether there is a condition on a column.</summary>
    public bool Has(int column) => _worth[column] is not null;

    /// <summary>Sets what each cell of a column is worth.</summary>
    /// <returns>Whether any is worth something.</returns>
    public bool Set(int column, int cells, Func<int, double> worth)
    {
        _worth[column] = [.. Enumerable.Range(0, cells).Select(cell => (float)worth(cell))];
        return _worth[column]!.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>Of the cells of a column; empty where there is no condition.</summary>
    public ReadOnlySpan<float> Of(int column) => _worth[column];
}
