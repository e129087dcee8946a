using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>An object a line; the columns are all names that occur, in the order in which they do.</summary>
internal static class JsonLines
{
    /// <exception cref="InvalidDataException">A line is no flat object.</exception>
    public static TextTable Read(string path)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var columns = new List<List<string?>>();
        int rows = 0;
        foreach (string line in File.ReadLines(path))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            rows++;
            try
            {
                using var document = JsonDocument.Parse(line);
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    if (!places.TryGetValue(property.Name, out int place))
                    {
                        places[property.Name] = place = columns.Count;
                        columns.Add([]);
                    }
                    columns[place].AddRange(Enumerable.Repeat<string?>(null, rows - 1 - columns[place].Count));
                    columns[place].Add(Text(property.Value));
                    // A text of digits is a name where all the column is of texts.
                    if (property.Value.ValueKind == JsonValueKind.String && ColumnDescription.Number(property.Value.GetString()!, decimalComma: false) is not null)
                        texts.Add(property.Name);
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException(FormattableString.Invariant($"Row {rows} of {path} is no JSON object of plain values: {error.Message.TrimEnd('.')}."), error);
            }
        }
        foreach (var column in columns)
            column.AddRange(Enumerable.Repeat<string?>(null, rows - column.Count));
        return new([.. places.OrderBy(pair => pair.Value).Select(pair => pair.Key)], columns, DecimalComma: false) { Known = texts.ToDictionary(name => name, _ => FieldKind.Text) };
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        var kind => throw new InvalidOperationException($"a value is {kind}"),
    };
}
