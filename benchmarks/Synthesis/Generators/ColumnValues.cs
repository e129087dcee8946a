using Microsoft.Data.Analysis;

namespace SynthesisBenchmark.Generators;

/// <summary>The values of one column of the training rows: numbers, NaN where they are missing, or texts.</summary>
internal sealed record ColumnValues(string Name, double[]? Numbers, string[] Texts)
{
    public int Count => Numbers?.Length ?? Texts.Length;

    public static ColumnValues[] Of(DataFrame table) => [.. table.Columns.Select(column => column is DoubleDataFrameColumn numbers
        ? new ColumnValues(column.Name, [.. numbers.Select(value => value ?? double.NaN)], [])
        : new ColumnValues(column.Name, null, [.. column.Cast<string>()]))];

    /// <summary>A column of which each row has the value of a training row.</summary>
    public DataFrameColumn Build(int rows, Func<int, int> source) => Numbers is { } numbers
        ? new DoubleDataFrameColumn(Name, Enumerable.Range(0, rows).Select(row => numbers[source(row)]))
        : new StringDataFrameColumn(Name, Enumerable.Range(0, rows).Select(row => Texts[source(row)]));
}
