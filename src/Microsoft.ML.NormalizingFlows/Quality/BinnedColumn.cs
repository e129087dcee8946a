namespace Microsoft.ML.NormalizingFlows.Quality;

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
    }

    public ComparedColumn Column { get; }

    public int[] Real { get; }

    public int[] Synthetic { get; }

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
