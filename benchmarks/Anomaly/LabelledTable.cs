using Samples.Shared.Tables;

namespace AnomalyBenchmark;

/// <summary>A table of features whose last column, <c>anomaly</c>, is the label.</summary>
/// <param name="Name">The name of its file without <c>.csv.gz</c>.</param>
/// <param name="Rows">The rows of the file in their order.</param>
internal sealed record LabelledTable(string Name, IReadOnlyList<LabelledRow> Rows)
{
    public const string Extension = ".csv.gz";

    private const string Label = "anomaly";

    /// <exception cref="InvalidDataException">The last column is no label, or a value is missing.</exception>
    public static LabelledTable Read(string path)
    {
        NumericTable table = NumericTable.Read(path);
        if (table.Columns[^1] != Label)
            throw new InvalidDataException($"{path}: the last column should be '{Label}', 0 or 1 and not the same for all rows; the last that can be used is '{table.Columns[^1]}'.");
        if (table.DroppedRows > 0)
            throw new InvalidDataException($"{path}: {table.DroppedRows} rows miss a value; fill or remove them, and make the splits anew.");
        return new LabelledTable(
            Path.GetFileName(path)[..^Extension.Length],
            [.. table.Rows.Select(row => new LabelledRow { Features = row[..^1], Label = row[^1] })]);
    }
}
