using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SynthesisBenchmark.Tables;

/// <summary>Writes separated values: fields that hold a separator, a quote or a line end are quoted, empty ones become the mark of a missing value.</summary>
internal sealed class CsvWriter : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly char _separator;
    private readonly string _missing;

    public CsvWriter(string path, IEnumerable<string> names, char separator, string missing)
    {
        (_writer, _separator, _missing) = (new StreamWriter(path), separator, missing);
        Write(names);
    }

    /// <summary>Writes rows of numbers (Double) and texts while they are drawn.</summary>
    public static void Write(string path, IDataView rows, char separator, string missing)
    {
        using var writer = new CsvWriter(path, rows.Schema.Select(column => column.Name), separator, missing);
        using var cursor = rows.GetRowCursor(rows.Schema);
        var texts = rows.Schema.Select(column => column.Type is TextDataViewType ? Text(cursor, column) : Number(cursor, column)).ToArray();
        while (cursor.MoveNext())
            writer.Write(texts.Select(text => text()));
    }

    public void Write(IEnumerable<string> fields) => _writer.WriteLine(string.Join(_separator, fields.Select(Quoted)));

    public void Dispose() => _writer.Dispose();

    private string Quoted(string field) => field.Length == 0 ? _missing
        : field.Contains(_separator) || field.AsSpan().IndexOfAny('"', '\n', '\r') >= 0 ? $"\"{field.Replace("\"", "\"\"")}\""
        : field;

    private static Func<string> Number(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<double>(column);
        double value = 0;
        return () =>
        {
            getter(ref value);
            return double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
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
