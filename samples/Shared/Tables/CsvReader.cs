using System.IO.Compression;
using System.Text;

namespace Samples.Shared.Tables;

/// <summary>
/// Reads separated values (RFC 4180: quoted fields may hold separators, doubled quotes and line ends), plain or
/// gzip-compressed. The separator, unless it is given, is the most frequent of comma, semicolon and tab in the header.
/// </summary>
public sealed class CsvReader : IDisposable
{
    private static readonly char[] Separators = [',', ';', '\t'];
    private readonly TextReader _text;

    public CsvReader(string path, char? separator = null)
    {
        _text = new StreamReader(Open(path), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);

        string? header = ReadLogicalLine();
        if (string.IsNullOrWhiteSpace(header))
            throw new InvalidDataException($"{path} is empty: a header line with the column names is needed.");
        Separator = separator ?? Separators.MaxBy(each => Split(header, each).Count);
        Header = [.. Split(header, Separator).Select(name => name.Trim())];
        if (Header.All(name => NumberText.TryRead(name, Separator, out _)))
            throw new InvalidDataException($"{path} begins with a line of numbers: a header line with the column names is needed.");
    }

    public char Separator { get; }

    public IReadOnlyList<string> Header { get; }

    /// <summary>The fields of the next line that is not blank; null at the end.</summary>
    public List<string>? ReadRow()
    {
        while (ReadLogicalLine() is { } line)
        {
            if (line.Length > 0)
                return Split(line, Separator);
        }
        return null;
    }

    public void Dispose() => _text.Dispose();

    private static Stream Open(string path)
    {
        FileStream file = File.OpenRead(path);
        bool gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>A line, continued while a quoted field is open.</summary>
    private string? ReadLogicalLine()
    {
        string? line = _text.ReadLine();
        if (line is null || !HasOpenQuote(line))
            return line;
        var joined = new StringBuilder(line);
        bool open = true;
        while (open && _text.ReadLine() is { } next)
        {
            joined.Append('\n').Append(next);
            open ^= HasOpenQuote(next);
        }
        return joined.ToString();
    }

    private static bool HasOpenQuote(string line) => line.AsSpan().Count('"') % 2 == 1;

    private static List<string> Split(string line, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == separator && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
                field.Append(c);
        }
        fields.Add(field.ToString());
        return fields;
    }
}
