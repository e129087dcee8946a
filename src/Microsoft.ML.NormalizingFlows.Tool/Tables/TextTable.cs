using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Rows as they stand in a file: every value a text, null where there is none.</summary>
/// <param name="Names">Of the columns.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Values">The values of each column, which may be read when they are first asked for.</param>
internal sealed record TextTable(IReadOnlyList<string> Names, int Rows, Lazy<IReadOnlyList<IReadOnlyList<string?>>> Values)
{
    public TextTable(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string?>> columns)
        : this(names, columns.Count == 0 ? 0 : columns[0].Count, new(columns))
    {
    }

    public IReadOnlyList<IReadOnlyList<string?>> Columns => Values.Value;

    /// <summary>Rows that were read before them.</summary>
    public long FirstRow { get; init; }

    /// <summary>All rows of a file or folder.</summary>
    /// <exception cref="InvalidDataException">It is no table, or damaged.</exception>
    public static TextTable Read(string path)
    {
        var source = TableSource.Open(path);
        return Join(source.Names, source.Blocks(0, source.Size));
    }

    /// <summary>The rows of all blocks.</summary>
    public static TextTable Join(IReadOnlyList<string> names, IEnumerable<TextTable> blocks)
    {
        List<string?>[] columns = [.. names.Select(_ => new List<string?>())];
        foreach (var block in blocks)
        {
            for (int c = 0; c < columns.Length; c++)
                columns[c].AddRange(block.Columns[c]);
        }
        return new(names, columns);
    }

    /// <summary>A table of no rows.</summary>
    public static TextTable Empty(IReadOnlyList<string> names) => Join(names, []);
}

/// <summary>Values of a column that are numbers in the file: they become texts only where these are asked for.</summary>
internal interface INumberFields
{
    /// <summary>A value; null where it is missing or no finite number.</summary>
    double? Number(int row);

    /// <summary>Whether it is a whole number that 64 bits hold as they are.</summary>
    bool IsWhole(int row);
}

/// <inheritdoc/>
internal sealed class NumberFields<T>(IReadOnlyList<T?> values) : IReadOnlyList<string?>, INumberFields where T : struct, INumber<T>
{
    public int Count => values.Count;

    public string? this[int row] => values[row] is not { } value || T.IsNaN(value) ? null : value.ToString(null, CultureInfo.InvariantCulture);

    public double? Number(int row) => values[row] is { } value && T.IsFinite(value) ? double.CreateChecked(value) : null;

    public bool IsWhole(int row) => values[row] is { } value && T.IsInteger(value)
        && (typeof(T) == typeof(double) || typeof(T) == typeof(float) ? Math.Abs(double.CreateChecked(value)) < 1e15 : value is not ulong great || great <= long.MaxValue);

    public IEnumerator<string?> GetEnumerator() => Enumerable.Range(0, Count).Select(row => this[row]).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The forms of tables in files.</summary>
internal enum TableFormat
{
    Separated,
    JsonLines,
    Parquet,
}

/// <summary>Which form a file has, by its ending.</summary>
internal static class TableFormats
{
    /// <exception cref="InvalidDataException">The ending is of none.</exception>
    public static TableFormat Of(string path) => Find(path)
        ?? throw new InvalidDataException($"{path} ends in '{Path.GetExtension(path).ToUpperInvariant()}': tables end in .csv, .tsv, .jsonl or .parquet.");

    public static bool IsTable(string path) => Find(path) is not null;

    private static TableFormat? Find(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" or ".TSV" or ".TXT" => TableFormat.Separated,
        ".JSONL" or ".NDJSON" => TableFormat.JsonLines,
        ".PARQUET" => TableFormat.Parquet,
        _ => null,
    };
}
