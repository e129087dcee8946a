namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// What the cells of columns are worth where these are drawn, from 0 (never drawn) to 1: the share of a cell that fulfils a condition. Columns without a
/// condition have none.
/// </summary>
internal sealed class CellWeights(int width)
{
    private readonly float[]?[] _worth = new float[width][];
    private readonly Dictionary<int, (double Low, double High)> _within = [];

    /// <summary>Whether there is a condition on a column.</summary>
    public bool Has(int place) => _worth[place] is not null;

    /// <summary>Sets what each cell of a column is worth.</summary>
    /// <returns>Whether any is worth something.</returns>
    public bool Set(int place, int cells, Func<int, double> worth)
    {
        _worth[place] = [.. Enumerable.Range(0, cells).Select(cell => (float)worth(cell))];
        return _worth[place]!.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>Of the cells of a column; empty where there is no condition.</summary>
    public ReadOnlySpan<float> Of(int place) => _worth[place];

    /// <summary>The range that the value of a column is drawn from, both ends included; null for any.</summary>
    /// <param name="column">Its number in the table.</param>
    public (double Low, double High)? Within(int column) => _within.TryGetValue(column, out var range) ? range : null;

    public void SetWithin(int column, double low, double high) => _within[column] = (low, high);
}
