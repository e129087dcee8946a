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
    private List<OutputColumn> _columns = [];
    private IRowWriter? _rows;
    private int _held;

    /// <param name="path">The file; null for the terminal.</param>
    /// <param name="terminal">It.</param>
    /// <param name="known">What columns were in the file that they come from: dates keep their form.</param>
    /// <param name="cancellation">Stops it.</param>
    public TableWriter(string? path, TextWriter terminal, IEnumerable<ColumnDescription> known, CancellationToken cancellation)
    {
        (_path, _terminal, _cancellation) = (path, terminal, cancellation);
        _known = known.ToDictionary(column => column.Name);
        if (path is null)
            return;
        TableFormats.Of(path);
        CheckFolder(path);
    }

    /// <summary>Checks that a file can be made, before the work for it is done.</summary>
    /// <exception cref="DirectoryNotFoundException">It cannot.</exception>
    public static void CheckFolder(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder {folder} for {Path.GetFileName(path)}: make it first.");
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: give the name of a file.");
    }

    /// <summary>Rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes the rows of a view with the columns of the first one.</summary>
    /// <param name="view">A view of plain columns.</param>
    /// <param name="names">Of its first columns, which are all that is written; null for all columns by their own names.</param>
    public void Append(IDataView view, IReadOnlyList<string>? names = null)
    {
        List<DataViewSchema.Column> columns = [.. view.Schema.Where(column => !column.IsHidden).Take(names?.Count ?? int.MaxValue)];
        if (_rows is null)
        {
            _columns = [.. columns.Select((column, c) => OutputColumn.Create(names?[c] ?? column.Name, column.Type.RawType, _known))];
            _rows = Open();
        }
        using var cursor = view.GetRowCursor(columns);
        for (int c = 0; c < columns.Count; c++)
            _columns[c].Bind(cursor, columns[c]);
        while (cursor.MoveNext())
        {
            _cancellation.ThrowIfCancellationRequested();
            foreach (var column in _columns)
                column.Read(_held);
            Rows++;
            if (++_held == _rows.BlockRows)
                WriteBlock(_rows);
        }
    }

    /// <summary>Ends the file.</summary>
    public void Complete()
    {
        if (_rows is not null)
            WriteBlock(_rows);
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

    private void WriteBlock(IRowWriter rows)
    {
        if (_held > 0)
            rows.Write(_held);
        _held = 0;
    }

    private IRowWriter Open()
    {
        if (_path is null)
            return new SeparatedRows(_terminal, ',', _columns);
        string path = _path + Unfinished;
        return TableFormats.Of(_path) switch
        {
            TableFormat.Parquet => new ParquetRows(path, _columns),
            TableFormat.Separated => new SeparatedRows(Text(path), Path.GetExtension(_path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',', _columns),
            TableFormat.JsonLines => new JsonRows(Text(path), _columns),
            var unknown => throw new NotSupportedException($"{unknown} is no format of tables."),
        };

        static StreamWriter Text(string path) => new(path, append: false, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
    }

    private sealed class SeparatedRows : IRowWriter
    {
        private readonly TextWriter _writer;
        private readonly char _separator;
        private readonly IReadOnlyList<OutputColumn> _columns;

        public SeparatedRows(TextWriter writer, char separator, IReadOnlyList<OutputColumn> columns)
        {
            (_writer, _separator, _columns) = (writer, separator, columns);
            writer.WriteLine(string.Join(separator, columns.Select(column => SeparatedText.Quoted(column.Name, separator))));
        }

        public int BlockRows => 1;

        public void Write(int rows) => _writer.WriteLine(string.Join(_separator, _columns.Select(column => SeparatedText.Quoted(column.Text, _separator))));

        public void Complete() => _writer.Flush();

        // The terminal stays.
        public void Dispose() => (_writer as StreamWriter)?.Dispose();
    }

    private sealed class JsonRows(StreamWriter writer, IReadOnlyList<OutputColumn> columns) : IRowWriter
    {
        public int BlockRows => 1;

        public void Write(int rows) => writer.WriteLine(JsonSerializer.Serialize(columns.ToDictionary(
            column => column.Name, column => column.First is DateTime ? column.Text : column.First)));

        public void Complete() => writer.Flush();

        public void Dispose() => writer.Dispose();
    }
}
