using System.Globalization;
using System.IO.Compression;

namespace Density.Data.Files;

/// <summary>
/// Lines of numbers, plain or gzip-compressed, separated by commas, semicolons or blanks. A first line that is not all
/// numbers is a header. It reads files of gigabytes quickly; for tables of mixed types there is <see cref="Samples.Shared.Tables.NumericTable"/>.
/// </summary>
internal static class NumberLines
{
    private static readonly char[] Separators = [',', ';', ' ', '\t'];

    /// <summary>The rows; the first has <paramref name="skip"/> columns more than are kept, on the left.</summary>
    /// <exception cref="InvalidDataException">A field is no number, or a row shorter than the first; the message names the line.</exception>
    public static double[][] Read(string path, int skip = 0)
    {
        using TextReader text = Open(path);
        var rows = new List<double[]>();
        int number = 0, width = -1;
        while (text.ReadLine() is { } line)
        {
            number++;
            string[] fields = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 0 || (number == 1 && !fields.All(field => Parse(field, out _))))
                continue;
            if (width < 0)
                width = fields.Length;
            if (fields.Length != width)
                throw new InvalidDataException($"{path}, line {number} has {fields.Length} fields, lines before it {width}.");
            var row = new double[width - skip];
            for (int c = skip; c < width; c++)
            {
                if (!Parse(fields[c], out row[c - skip]))
                    throw new InvalidDataException($"{path}, line {number}, column {c + 1}: '{fields[c]}' is no number.");
            }
            rows.Add(row);
        }
        return [.. rows];
    }

    /// <summary>Whether the first line that is not blank is all numbers, so that no header names the columns.</summary>
    public static bool HasNoHeader(string path)
    {
        using TextReader text = Open(path);
        string? line = text.ReadLine();
        return line is not null && line.Split(Separators, StringSplitOptions.RemoveEmptyEntries).All(field => Parse(field, out _));
    }

    private static bool Parse(string field, out double value) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static StreamReader Open(string path)
    {
        FileStream file = File.OpenRead(path);
        return new StreamReader(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file);
    }
}
