namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>A column in the form in which the report compares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Levels">The categories, of real and synthetic rows together; null for a number.</param>
/// <param name="Real">Values of the real rows: numbers, NaN where missing; of a category the index of its level.</param>
/// <param name="Synthetic">Values of the synthetic rows.</param>
/// <param name="Test">Values of the real rows held back; empty where there are none.</param>
internal sealed record ComparedColumn(string Name, IReadOnlyList<string>? Levels, double[] Real, double[] Synthetic, double[] Test)
{
    /// <summary>Whether the numbers are dates, in days.</summary>
    public bool IsDate { get; init; }

    public bool IsCategory => Levels is not null;
}

/// <summary>A column as categories: a number's bin, one more for missing ones; else its level.</summary>
internal sealed class BinnedColumn
{
    private readonly double[]? _edges;

    public BinnedColumn(ComparedColumn column)
    {
        Column = column;
        double[] quantiles = column.IsCategory ? [] : Comparison.Quantiles(column.Real);
        _edges = column.IsCategory ? null : quantiles.Length > 2 ? quantiles[1..^1] : [];
        Real = [.. column.Real.Select(Bin)];
        Synthetic = [.. column.Synthetic.Select(Bin)];
        Test = [.. column.Test.Select(Bin)];
    }

    public ComparedColumn Column { get; }

    public int[] Real { get; }

    public int[] Synthetic { get; }

    public int[] Test { get; }

    private int Bin(double value)
    {
        if (_edges is null)
            return (int)value;
        if (double.IsNaN(value))
            return _edges.Length + 1;
        int place = Array.BinarySearch(_edges, value);
        return place >= 0 ? place : ~place;
    }
}
