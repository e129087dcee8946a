using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Density.Data.Files;

/// <summary>One number a row as a NumPy file of float32 (format 1.0), which any other program reads as well.</summary>
internal static partial class NpyVector
{
    private const int Alignment = 64;

    public static void Write(string path, IReadOnlyCollection<double> values)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({values.Count},), }}");
        int length = Alignment - 10 + (header.Length + 11) / Alignment * Alignment;
        using FileStream file = File.Create(path);
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        file.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        file.Write(MemoryMarshal.AsBytes<float>(values.Select(value => (float)value).ToArray()));
    }

    public static double[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int start = bytes.Length < 10 ? int.MaxValue : 10 + BitConverter.ToUInt16(bytes, 8);
        Match shape = start > bytes.Length ? Match.Empty : Shape().Match(Encoding.ASCII.GetString(bytes, 0, start));
        if (!shape.Success || bytes.Length - start != 4 * long.Parse(shape.Groups[1].Value, CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{path} does not hold one float32 a row: delete the run's folder and run it again.");
        return [.. MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray().Select(value => (double)value)];
    }

    [GeneratedRegex(@"'<f4'.*'shape': \((\d+),\)")]
    private static partial Regex Shape();
}
