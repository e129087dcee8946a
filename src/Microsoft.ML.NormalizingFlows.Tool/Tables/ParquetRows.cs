using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Where rows are written.</summary>
internal interface IRowWriter : IDisposable
{
    void Write(object?[] row);

    /// <summary>Writes what is still held.</summary>
    void Complete();
}

/// <summary>A Parquet file, written in groups of rows.</summary>
internal sealed class ParquetRows : IRowWriter
{
    private const int GroupRows = 1 << 16;

    private readonly DataField[] _fields;
    private readonly FileStream _stream;
    private readonly ParquetWriter _writer;
    private readonly List<object?[]> _group = new(GroupRows);

    public ParquetRows(string path, IReadOnlyList<(string Name, Type Type)> columns)
    {
        _fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
        _stream = File.Create(path);
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), _stream).GetAwaiter().GetResult();
    }

    public void Write(object?[] row)
    {
        _group.Add(row);
        if (_group.Count == GroupRows)
            WriteGroup();
    }

    public void Complete()
    {
        if (_group.Count > 0)
            WriteGroup();
    }

    public void Dispose()
    {
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private void WriteGroup()
    {
        WriteGroupAsync().GetAwaiter().GetResult();
        _group.Clear();
    }

    private async Task WriteGroupAsync()
    {
        using var group = _writer.CreateRowGroup();
        for (int c = 0; c < _fields.Length; c++)
        {
            int column = c;
            await WriteAsync(group, _fields[c], _group.Select(row => row[column])).ConfigureAwait(false);
        }
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, IEnumerable<object?> values) => field.ClrType switch
    {
        var type when type == typeof(string) || type == typeof(ReadOnlyMemory<char>) => group.WriteAsync(field, [.. values.Select(value => (string?)value ?? null!)]),
        var type when type == typeof(bool) => OfAsync<bool>(group, field, values),
        var type when type == typeof(double) => OfAsync<double>(group, field, values),
        var type when type == typeof(float) => OfAsync<float>(group, field, values),
        var type when type == typeof(long) => OfAsync<long>(group, field, values),
        var type when type == typeof(DateTime) => OfAsync<DateTime>(group, field, values),
        var type => throw new NotSupportedException($"The column '{field.Name}' is of {type.Name}, which is not written to Parquet."),
    };

    private static Task OfAsync<T>(ParquetRowGroupWriter group, DataField field, IEnumerable<object?> values) where T : struct =>
        group.WriteAsync<T>(field, values.Select(value => (T?)value).ToArray().AsMemory());
}
