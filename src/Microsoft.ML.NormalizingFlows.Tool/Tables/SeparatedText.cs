using System.Text;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>Separated values (RFC 4180) with a header; the separator is that which the header has most of: comma, semicolon, tab or bar.</summary>
internal static class SeparatedText
{
    private static readonly char[] s_separators = [',', ';', '\t', '|'];

    public static TextTable Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        string? header = SeparatedLine.Read(reader);
        if (string.IsNullOrWhiteSpace(header))
            throw new InvalidDataException($"{path} is empty: a first line with the names of the columns is needed.");
        char separator = s_separators.MaxBy(each => SeparatedLine.Split(header, each).Count);
        List<string> names = [.. SeparatedLine.Split(header, separator).Select(name => name.Trim())];
        if (names.All(name => ColumnDescription.Number(name, separator != ',') is not null))
            throw new InvalidDataException($"{path} begins with a line of numbers: a first line with the names of the columns is needed.");
        List<string?>[] columns = [.. names.Select(_ => new List<string?>())];
        for (long line = 2; SeparatedLine.Read(reader) is { } text; line++)
        {
            if (text.Length == 0)
                continue;
            var fields = SeparatedLine.Split(text, separator);
            if (fields.Count != names.Count)
                throw new InvalidDataException(FormattableString.Invariant($"{path} has {fields.Count} values in row {line - 1}, but {names.Count} columns."));
            for (int c = 0; c < columns.Length; c++)
                columns[c].Add(fields[c]);
        }
        return new(names, columns, DecimalComma: separator != ',');
    }

    /// <summary>A field, in quotes where it needs them.</summary>
    public static string Quoted(string field, char separator) =>
        field.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
