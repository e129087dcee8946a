using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>An object a line; the columns are the names that occur in the first rows, in the order in which they do.</summary>
internal sealed class JsonLines : TableSource
{
    private JsonLines(string path, IReadOnlyList<string> names, IReadOnlySet<string> texts) : base(path)
    {
        (Names, Known) = (names, texts.ToDictionary(name => name, _ => FieldKind.Text));
        Size = new FileInfo(path).Length;
    }

    public override long Size { get; }

    /// <exception cref="InvalidDataException">A line is no flat object.</exception>
    public static JsonLines OpenFile(string path)
    {
        var names = new List<string>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        int rows = 0;
        foreach (string line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)).Take(BlockRows))
        {
            foreach (var (name, isText, value) in Parse(path, line, ++rows))
            {
                if (!names.Contains(name))
                    names.Add(name);
                // A text of digits is a name where all the column is of texts.
                if (isText && ColumnDescription.Number(value!, decimalComma: false) is not null)
                    texts.Add(name);
            }
        }
        return rows > 0 ? new(path, names, texts) : throw new InvalidDataException($"{path} has no rows.");
    }

    public override IEnumerable<TextTable> Blocks(long first, long end, Func<int, bool>? wanted = null)
    {
        var places = Names.Select((name, c) => (name, c)).ToDictionary(pair => pair.name, pair => pair.c, StringComparer.Ordinal);
        using var reader = LineSlice.Open(Path, first, end, quotes: false);
        long row = 0;
        for (bool ended = false; !ended;)
        {
            List<string?>[] columns = [.. Names.Select(_ => new List<string?>())];
            long start = row;
            while (row - start < BlockRows)
            {
                string? line = reader.ReadLine();
                ended = line is null;
                if (ended)
                    break;
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                row++;
                foreach (var column in columns)
                    column.Add(null);
                foreach (var (name, _, value) in Parse(Path, line, row))
                {
                    if (!places.TryGetValue(name, out int place))
                        throw new InvalidDataException(FormattableString.Invariant($"Row {row} of {Path} has '{name}', which none of the first {BlockRows} rows has: name it there, with null."));
                    columns[place][^1] = value;
                }
            }
            if (row > start)
                yield return new(Names, columns) { FirstRow = start };
        }
    }

    private static List<(string Name, bool IsText, string? Value)> Parse(string path, string line, long row)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return [.. document.RootElement.EnumerateObject().Select(property => (property.Name, property.Value.ValueKind == JsonValueKind.String, Text(property.Value)))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(FormattableString.Invariant($"Row {row} of {path} is no JSON object of plain values: {error.Message.TrimEnd('.')}."), error);
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        var kind => throw new InvalidOperationException($"a value is {kind}"),
    };
}
