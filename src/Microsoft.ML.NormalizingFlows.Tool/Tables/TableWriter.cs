using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>
/// Writes views of plain columns, one behind the other, to a file in the form that its ending names, or to the terminal as CSV. The file has its
/// name when all of it is there.
/// </summary>
internal sealed class TableWriter : IDisposable
{
    private const string Unfinished = ".unfinished";

    private readonly string? _path;
    private readonly TextWriter _terminal;
    private readonly Dictionary<string, ColumnDescription> _known;
    private readonly CancellationToken _cancellation;
    private List<DataViewSchema.Column> _columns = [];
    private IRowWriter? _rows;

    /// <param name="path">The file; null for the terminal.</param>
    /// <param name="terminal">It.</param>
    /// <param name="known">What columns were in the file that they come from: dates keep their form.</param>
    /// <param name="cancellation">Stops it.</param>
    public TableWriter(string? path, TextWriter terminal, IEnumerable<ColumnDescription> known, CancellationToken cancellation)
    {
        (_path, _terminal, _cancellation) = (path, terminal, cancellation);
        _known = known.ToDictionary(column => column.Name);
        if (path is not null)
            TableFormats.Of(path);
    }

    /// <summary>Rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes the rows of a view with the columns of the first one.</summary>
    public void Append(IDataView view)
    {
        _columns = [.. view.Schema.Where(column => !column.IsHidden)];
        _rows ??= Open();
        using var cursor = view.GetRowCursor(_columns);
        Func<object?>[] readers = [.. _columns.Select(column => Reader(cursor, column))];
        while (cursor.MoveNext())
        {
            _cancellation.ThrowIfCancellationRequested();
            _rows.Write(Array.ConvertAll(readers, read => read()));
            Rows++;
        }
    }

    /// <summary>Ends the file.</summary>
    public void Complete()
    {
        _rows?.Complete();
        _rows?.Dispose();
        if (_rows is not null && _path is not null)
            File.Move(_path + Unfinished, _path, overwrite: true);
        _rows = null;
    }

    /// <summary>Takes back what was not completed.</summary>
    public void Dispose()
    {
        _rows?.Dispose();
        if (_rows is not null && _path is not null)
            File.Delete(_path + Unfinished);
        _rows = null;
    }

    private IRowWriter Open()
    {
        if (_path is null)
            return new SeparatedRows(_terminal, ',', this);
        string path = _path + Unfinished;
        return TableFormats.Of(_path) switch
        {
            TableFormat.Parquet => new ParquetRows(path, [.. _columns.Select(column => (column.Name, TypeOf(column)))]),
            TableFormat.Separated => new SeparatedRows(Text(path), Path.GetExtension(_path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',', this),
            TableFormat.JsonLines => new JsonRows(Text(path), this),
            var unknown => throw new NotSupportedException($"{unknown} is no format of tables."),
        };

        static StreamWriter Text(string path) => new(path, append: false, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
    }

    private sealed class SeparatedRows : IRowWriter
    {
        private readonly TextWriter _writer;
        private readonly char _separator;
        private readonly TableWriter _table;

        public SeparatedRows(TextWriter writer, char separator, TableWriter table)
        {
            (_writer, _separator, _table) = (writer, separator, table);
            writer.WriteLine(string.Join(separator, table._columns.Select(column => SeparatedText.Quoted(column.Name, separator))));
        }

        public void Write(object?[] row) =>
            _writer.WriteLine(string.Join(_separator, row.Select((value, c) => SeparatedText.Quoted(_table.Text(value, c), _separator))));

        public void Complete() => _writer.Flush();

        // The terminal stays.
        public void Dispose() => (_writer as StreamWriter)?.Dispose();
    }

    private sealed class JsonRows(StreamWriter writer, TableWriter table) : IRowWriter
    {
        public void Write(object?[] row) => writer.WriteLine(JsonSerializer.Serialize(Enumerable.Range(0, row.Length).ToDictionary(
            c => table._columns[c].Name, c => row[c] is DateTime ? table.Text(row[c], c) : row[c])));

        public void Complete() => writer.Flush();

        public void Dispose() => writer.Dispose();
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
