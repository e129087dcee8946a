using System.IO.Compression;
using System.Text;
using Microsoft.ML.NormalizingFlows.Tool.Tables;

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

        string? header = SeparatedLine.Read(_text);
        if (string.IsNullOrWhiteSpace(header))
            throw new InvalidDataException($"{path} is empty: a header line with the column names is needed.");
        Separator = separator ?? Separators.MaxBy(each => SeparatedLine.Split(header, each).Count);
        Header = [.. SeparatedLine.Split(header, Separator).Select(name => name.Trim())];
        if (Header.All(name => NumberText.TryRead(name, Separator, out _)))
            throw new InvalidDataException($"{path} begins with a line of numbers: a header line with the column names is needed.");
    }

    public char Separator { get; }

    public IReadOnlyList<string> Header { get; }

    /// <summary>The fields of the next line that is not blank; null at the end.</summary>
    public List<string>? ReadRow()
    {
        while (SeparatedLine.Read(_text) is { } line)
        {
            if (line.Length > 0)
                return SeparatedLine.Split(line, Separator);
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
}
