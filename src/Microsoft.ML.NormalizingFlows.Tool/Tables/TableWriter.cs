using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Writes a view of plain columns to a file, row by row as it is read, or to the terminal as CSV.</summary>
internal sealed class TableWriter
{
    private const int GroupRows = 100_000;

    private readonly IDataView _view;
    private readonly List<DataViewSchema.Column> _columns;
    private readonly Dictionary<string, ColumnDescription> _known;
    private readonly CancellationToken _cancellation;

    /// <param name="view">What is written.</param>
    /// <param name="known">What columns were in the file that they come from: dates keep their form.</param>
    /// <param name="leftOut">Columns that are not written.</param>
    /// <param name="cancellation">Stops it.</param>
    public TableWriter(IDataView view, IEnumerable<ColumnDescription> known, IReadOnlyCollection<string> leftOut, CancellationToken cancellation)
    {
        _view = view;
        _columns = [.. view.Schema.Where(column => !column.IsHidden && !leftOut.Contains(column.Name))];
        _known = known.ToDictionary(column => column.Name);
        _cancellation = cancellation;
    }

    /// <summary>Writes to a file, in the form that its ending names; null writes CSV to <paramref name="terminal"/>.</summary>
    /// <returns>The number of rows.</returns>
    public long Write(string? path, TextWriter terminal)
    {
        long count = 0;
        var rows = Rows().Select(row =>
        {
            _cancellation.ThrowIfCancellationRequested();
            count++;
            return row;
        });
        if (path is null)
        {
            WriteSeparated(terminal, ',', rows);
            return count;
        }
        var format = TableFormats.Of(path);
        if (format == TableFormat.Parquet)
        {
            ParquetFile.Write(path, [.. _columns.Select(column => (column.Name, TypeOf(column)))], rows, GroupRows);
            return count;
        }
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        if (format == TableFormat.Separated)
            WriteSeparated(writer, Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',', rows);
        else
            WriteJson(writer, rows);
        return count;
    }

    private void WriteSeparated(TextWriter writer, char separator, IEnumerable<object?[]> rows)
    {
        writer.WriteLine(string.Join(separator, _columns.Select(column => SeparatedText.Quoted(column.Name, separator))));
        foreach (var row in rows)
            writer.WriteLine(string.Join(separator, row.Select((value, c) => SeparatedText.Quoted(Text(value, c), separator))));
    }

    private void WriteJson(StreamWriter writer, IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
        {
            writer.WriteLine(JsonSerializer.Serialize(Enumerable.Range(0, row.Length).ToDictionary(
                c => _columns[c].Name, c => row[c] is DateTime ? Text(row[c], c) : row[c])));
        }
    }

    private string Text(object? value, int column) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateTime date => date.ToString(_known.GetValueOrDefault(_columns[column].Name)?.Format ?? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"{value.GetType().Name} is no type of a value."),
    };

    private IEnumerable<object?[]> Rows()
    {
        using var cursor = _view.GetRowCursor(_columns);
        Func<object?>[] readers = [.. _columns.Select(column => Reader(cursor, column))];
        while (cursor.MoveNext())
            yield return [.. readers.Select(read => read())];
    }

    // Dates and truth values of columns with missing ones are days and texts in a view.
    private FieldKind? KindOf(DataViewSchema.Column column) => _known.GetValueOrDefault(column.Name)?.Kind;

    private Type TypeOf(DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(double) && KindOf(column) == FieldKind.Date => typeof(DateTime),
        var type when type == typeof(double) && KindOf(column) == FieldKind.Whole => typeof(long),
        var type when type == typeof(ReadOnlyMemory<char>) && KindOf(column) == FieldKind.Truth => typeof(bool),
        var type when type == typeof(double) || type == typeof(float) || type == typeof(bool) || type == typeof(DateTime) => type,
        var type when type == typeof(ReadOnlyMemory<char>) => typeof(string),
        var type when type == typeof(long) || type == typeof(int) || type == typeof(uint) || type == typeof(ulong) || type == typeof(short) || type == typeof(ushort) || type == typeof(byte) || type == typeof(sbyte) => typeof(long),
        var type => throw new NotSupportedException($"The column '{column.Name}' is of {type.Name}, which is not written."),
    };

    private Func<object?> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var target = TypeOf(column);
        return column.Type.RawType switch
        {
            var type when type == typeof(double) && target == typeof(DateTime) => Of<double>(value => double.IsNaN(value) ? null : DateTime.FromOADate(value)),
            var type when type == typeof(double) && target == typeof(long) => Of<double>(value => double.IsNaN(value) ? null : (long)Math.Round(value)),
            var type when type == typeof(double) => Of<double>(value => double.IsNaN(value) ? null : value),
            var type when type == typeof(float) => Of<float>(value => float.IsNaN(value) ? null : value),
            var type when type == typeof(bool) => Of<bool>(value => value),
            var type when type == typeof(DateTime) => Of<DateTime>(value => value == default ? null : value),
            var type when type == typeof(ReadOnlyMemory<char>) && target == typeof(bool) => Of<ReadOnlyMemory<char>>(value => bool.TryParse(value.Span, out bool truth) ? truth : null),
            var type when type == typeof(ReadOnlyMemory<char>) => Of<ReadOnlyMemory<char>>(value => value.IsEmpty ? null : value.ToString()),
            var type when type == typeof(long) => Of<long>(value => value),
            var type when type == typeof(ulong) => Of<ulong>(value => checked((long)value)),
            var type when type == typeof(int) => Of<int>(value => (long)value),
            var type when type == typeof(uint) => Of<uint>(value => (long)value),
            var type when type == typeof(short) => Of<short>(value => (long)value),
            var type when type == typeof(ushort) => Of<ushort>(value => (long)value),
            var type when type == typeof(byte) => Of<byte>(value => (long)value),
            _ => Of<sbyte>(value => (long)value),
        };

        Func<object?> Of<T>(Func<T, object?> convert)
        {
            var getter = cursor.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return convert(value);
            };
        }
    }
}
