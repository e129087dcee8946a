namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A table as it stands in a file: every value a text, null where there is none.</summary>
/// <param name="Names">Of the columns.</param>
/// <param name="Columns">Their values.</param>
/// <param name="DecimalComma">Whether <c>1,5</c> may be a number: not where a comma separates columns.</param>
internal sealed record TextTable(IReadOnlyList<string> Names, IReadOnlyList<List<string?>> Columns, bool DecimalComma)
{
    /// <summary>Kinds that a file already says, by name; empty for files of text.</summary>
    public IReadOnlyDictionary<string, FieldKind> Known { get; init; } = new Dictionary<string, FieldKind>();

    public int Rows => Columns.Count == 0 ? 0 : Columns[0].Count;

    /// <summary>Reads a file by its ending: .csv, .tsv, .jsonl or .parquet.</summary>
    /// <exception cref="InvalidDataException">It is none of these, or damaged.</exception>
    public static TextTable Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(Directory.Exists(path) ? $"{path} is a folder, not a table." : $"There is no file {path}.");
        var table = TableFormats.Of(path) switch
        {
            TableFormat.Separated => SeparatedText.Read(path),
            TableFormat.JsonLines => JsonLines.Read(path),
            TableFormat.Parquet => ParquetFile.Read(path),
            var unknown => throw new NotSupportedException($"{unknown} is no format of tables."),
        };
        if (table.Rows == 0)
            throw new InvalidDataException($"{path} has no rows.");
        if (table.Names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path} has {twice.Count()} columns named '{twice.Key}': give each a name of its own.");
        return table;
    }
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
    public static TableFormat Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" or ".TSV" or ".TXT" => TableFormat.Separated,
        ".JSONL" or ".NDJSON" => TableFormat.JsonLines,
        ".PARQUET" => TableFormat.Parquet,
        var ending => throw new InvalidDataException($"{path} ends in '{ending}': tables end in .csv, .tsv, .jsonl or .parquet."),
    };
}
