using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>Some of the rows of a pass, each as likely as any other (reservoir sampling, Vitter 1985).</summary>
internal sealed class RowSample(int columns, int maximum)
{
    private readonly List<double[]> _rows = [];
    private readonly RandomStream _random = RandomStream.For(0, "sample");
    private long _seen;

    public void Add(ReadOnlySpan<double> row)
    {
        _seen++;
        if (_rows.Count < maximum)
            _rows.Add(row.ToArray());
        else if ((long)(_random.NextUniform() * _seen) is var at && at < maximum)
            row.CopyTo(_rows[(int)at]);
    }

    /// <summary>(columns, rows).</summary>
    public double[][] ToColumns() => [.. Enumerable.Range(0, columns).Select(column => _rows.Select(row => row[column]).ToArray())];
}
