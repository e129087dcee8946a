using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Where rows are written.</summary>
internal interface IRowWriter : IDisposable
{
    /// <summary>How many rows it takes at once.</summary>
    int BlockRows { get; }

    /// <summary>Writes the first rows that the columns hold, at most <see cref="BlockRows"/>.</summary>
    void Write(int rows);

    /// <summary>Writes what is still held.</summary>
    void Complete();
}

/// <summary>A Parquet file, written in groups of rows.</summary>
internal sealed class ParquetRows : IRowWriter
{
    public const int GroupRows = 1 << 16;

    private readonly IReadOnlyList<OutputColumn> _columns;
    private readonly DataField[] _fields;
    private readonly FileStream _stream;
    private readonly ParquetWriter _writer;

    public ParquetRows(string path, IReadOnlyList<OutputColumn> columns)
    {
        _columns = columns;
        _fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
        _stream = File.Create(path);
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), _stream).GetAwaiter().GetResult();
    }

    public int BlockRows => GroupRows;

    public void Write(int rows) => WriteAsync(rows).GetAwaiter().GetResult();

    public void Complete()
    {
    }

    public void Dispose()
    {
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private async Task WriteAsync(int rows)
    {
        using var group = _writer.CreateRowGroup();
        for (int c = 0; c < _fields.Length; c++)
            await _columns[c].WriteAsync(group, _fields[c], rows).ConfigureAwait(false);
    }
}
