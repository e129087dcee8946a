using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>Reads a two-dimensional float32 array from a NumPy file (format 1.0).</summary>
internal static partial class NpyFile
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static float[][] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || !bytes.AsSpan(0, 6).SequenceEqual(Magic) || bytes[6] != 1)
            throw new InvalidDataException($"{path} is not a NumPy file of format 1.0.");
        int start = 10 + BitConverter.ToUInt16(bytes, 8);
        string header = Encoding.ASCII.GetString(bytes, 10, Math.Min(start, bytes.Length) - 10);
        Match shape = Shape().Match(header);
        if (!header.Contains("'<f4'") || !shape.Success)
            throw new InvalidDataException($"{path} does not hold a float32 matrix: {header.Trim()}");

        int rows = int.Parse(shape.Groups[1].Value, CultureInfo.InvariantCulture);
        int columns = int.Parse(shape.Groups[2].Value, CultureInfo.InvariantCulture);
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start));
        if (values.Length != rows * columns)
            throw new InvalidDataException($"{path} should hold {rows} x {columns} values, not {values.Length}.");
        bool byColumn = header.Contains("'fortran_order': True");
        var matrix = new float[rows][];
        for (int r = 0; r < rows; r++)
        {
            matrix[r] = new float[columns];
            for (int c = 0; c < columns; c++)
                matrix[r][c] = values[byColumn ? c * rows + r : r * columns + c];
        }
        return matrix;
    }

    [GeneratedRegex(@"'shape': \((\d+), (\d+)\)")]
    private static partial Regex Shape();
}
