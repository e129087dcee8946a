using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SynthesisBenchmark;

/// <summary>A mixed table as a CSV file: a column whose values are all numbers or missing is numeric, any other text.</summary>
internal static class CsvTable
{
    public static DataFrame Read(string path, char separator, string missing)
    {
        var lines = File.ReadLines(path).Where(line => line.Length > 0).Select(line => line.Split(separator)).ToList();
        string[] names = lines[0];
        lines.RemoveAt(0);
        foreach (var (line, number) in lines.Select((line, number) => (line, number + 2)))
        {
            if (line.Length != names.Length)
                throw new InvalidDataException($"Line {number} of '{path}' has {line.Length} fields, the header {names.Length}: repair it, or name the --separator.");
        }
        return new DataFrame(names.Select((name, i) => Column(name.Trim(), [.. lines.Select(line => line[i].Trim())], missing)));
    }

    public static void Write(string path, IDataView rows, char separator, string missing)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(separator, rows.Schema.Select(column => column.Name)));
        using var cursor = rows.GetRowCursor(rows.Schema);
        var texts = rows.Schema.Select(column => column.Type is TextDataViewType ? Text(cursor, column) : Number(cursor, column)).ToArray();
        while (cursor.MoveNext())
            writer.WriteLine(string.Join(separator, texts.Select(text => text() is { Length: > 0 } value ? value : missing)));
    }

    private static DataFrameColumn Column(string name, string[] values, string missing)
    {
        var numbers = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] == missing)
                numbers[i] = double.NaN;
            else if (!double.TryParse(values[i], CultureInfo.InvariantCulture, out numbers[i]))
                return new StringDataFrameColumn(name, values.Select(value => value == missing ? "" : value));
        }
        return new DoubleDataFrameColumn(name, numbers);
    }

    private static Func<string> Number(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<double>(column);
        double value = 0;
        return () =>
        {
            getter(ref value);
            return double.IsNaN(value) ? "" : ((decimal)Math.Round(value, 9)).ToString("0.#########", CultureInfo.InvariantCulture);
        };
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.ToString();
        };
    }
}
