namespace Samples.Shared.Tables;

/// <summary>The numeric columns of a CSV file, without the rows that miss a value.</summary>
/// <param name="Columns">Names of the columns used.</param>
/// <param name="Ignored">The other columns, each with the reason.</param>
/// <param name="RowNumbers">For each row kept its number in the file, the first after the header being 1.</param>
/// <param name="Rows">The values, one array a row.</param>
/// <param name="DroppedRows">Rows left out for a missing value in a column used.</param>
public sealed record NumericTable(
    IReadOnlyList<string> Columns,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<long> RowNumbers,
    IReadOnlyList<float[]> Rows,
    long DroppedRows)
{
    /// <summary>Reads the file twice: first to see which columns are numeric, then to take their values.</summary>
    /// <exception cref="InvalidDataException">The file has no header, no usable column or too few rows; the message says what to do.</exception>
    public static NumericTable Read(string path)
    {
        var (columns, ignored) = ColumnScan.Read(path);
        if (columns.Count == 0)
        {
            throw new InvalidDataException(
                $"{path} has no numeric column that varies. The first line must be a header; found: {string.Join(", ", ignored)}.");
        }

        using var csv = new CsvReader(path);
        var numbers = new List<long>();
        var rows = new List<float[]>();
        long number = 0;
        while (csv.ReadRow() is { } fields)
        {
            number++;
            var row = new float[columns.Count];
            bool complete = true;
            for (int c = 0; c < columns.Count && complete; c++)
                complete = columns[c] < fields.Count && NumberText.TryRead(fields[columns[c]], csv.Separator, out row[c]);
            if (!complete)
                continue;
            numbers.Add(number);
            rows.Add(row);
        }
        return new NumericTable([.. columns.Select(c => csv.Header[c])], ignored, numbers, rows, number - rows.Count);
    }
}
