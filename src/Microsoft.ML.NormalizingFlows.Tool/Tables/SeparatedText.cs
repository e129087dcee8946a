namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Separated values (RFC 4180) with a header, in which a column without a name gets that of its place; the separator is that which the header has most of: comma, semicolon, tab or bar.</summary>
internal sealed class SeparatedText : TableSource
{
    private static readonly char[] s_separators = [',', ';', '\t', '|'];

    private readonly char _separator;

    private SeparatedText(string path, IReadOnlyList<string> names, char separator) : base(path)
    {
        (Names, DecimalComma, _separator) = (names, separator != ',', separator);
        Size = new FileInfo(path).Length;
    }

    public override long Size { get; }

    /// <exception cref="InvalidDataException">It has no header.</exception>
    public static SeparatedText OpenFile(string path)
    {
        using var reader = LineSlice.Open(path, 0, long.MaxValue, quotes: true);
        string? header = SeparatedLine.Read(reader);
        if (string.IsNullOrWhiteSpace(header))
            throw new InvalidDataException($"{path} is empty: a first line with the names of the columns is needed.");
        char separator = s_separators.MaxBy(each => SeparatedLine.Split(header, each).Count);
        List<string> names = [.. SeparatedLine.Split(header, separator).Select(name => name.Trim())];
        if (names.All(name => ColumnDescription.Number(name, separator != ',') is not null))
            throw new InvalidDataException($"{path} begins with a line of numbers: a first line with the names of the columns is needed.");
        // The numbers of rows that a data frame writes stand below no name.
        return new(path, [.. names.Select((name, c) => name.Length > 0 ? name : FormattableString.Invariant($"Column{c + 1}"))], separator);
    }

    public override IEnumerable<TextTable> Blocks(long first, long end, Func<int, bool>? wanted = null)
    {
        using var reader = LineSlice.Open(Path, first, end, quotes: true);
        if (first == 0)
            SeparatedLine.Read(reader);
        long row = 0;
        for (bool ended = false; !ended;)
        {
            List<string?>[] columns = [.. Names.Select(_ => new List<string?>())];
            long start = row;
            while (columns[0].Count < BlockRows)
            {
                string? text = SeparatedLine.Read(reader);
                ended = text is null;
                if (ended)
                    break;
                if (text!.Length == 0)
                    continue;
                row++;
                if (SeparatedLine.HasStrayQuotes(text, _separator))
                    throw new InvalidDataException(FormattableString.Invariant($"{Path} has quotes within a value of row {row} that has none around it: write the value in quotes, and two for each that is part of it."));
                if (text.AsSpan().Count('"') % 2 == 1)
                    throw new InvalidDataException(FormattableString.Invariant($"{Path} ends within quotes that row {row} opens: close them, or write two for one that is part of a value."));
                var fields = SeparatedLine.Split(text, _separator);
                if (fields.Count != columns.Length)
                    throw new InvalidDataException(FormattableString.Invariant($"{Path} has {fields.Count} values in row {row}, but {columns.Length} columns."));
                for (int c = 0; c < columns.Length; c++)
                    columns[c].Add(fields[c]);
            }
            if (columns[0].Count > 0)
                yield return new(Names, columns) { FirstRow = start };
        }
    }

    /// <summary>A field, in quotes where it needs them.</summary>
    public static string Quoted(string field, char separator) =>
        field.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
