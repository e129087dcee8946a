using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks.Shared;

/// <summary>
/// Reads a matrix of 4- or 8-byte numbers from a NumPy file of any format version, row by row, so that a file of some hundred
/// megabytes is never in memory twice.
/// </summary>
public static partial class NpyReader
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static T[][] Read<T>(string path) where T : INumber<T>
    {
        using FileStream file = File.OpenRead(path);
        using var reader = new BinaryReader(file);
        if (!reader.ReadBytes(6).SequenceEqual(Magic))
            throw new InvalidDataException($"{path} is not a NumPy file.");
        int version = reader.ReadUInt16() & 0xFF;
        long headerLength = version == 1 ? reader.ReadUInt16() : reader.ReadUInt32();
        string header = Encoding.ASCII.GetString(reader.ReadBytes((int)Math.Min(headerLength, 1 << 16))).Trim();
        Match shape = Shape().Match(header), type = Type().Match(header);
        if (!shape.Success || !type.Success)
            throw new InvalidDataException($"{path} does not hold a matrix of 4- or 8-byte numbers: {header}");

        int rows = Whole(shape.Groups[1]), columns = Whole(shape.Groups[2]);
        string kind = type.Groups[1].Value;
        int size = kind[1] - '0';
        if (file.Length - file.Position != (long)rows * columns * size)
            throw new InvalidDataException($"{path} should hold {rows} x {columns} values of {size} bytes, but has {file.Length - file.Position} bytes of them.");

        var matrix = new T[rows][];
        for (int r = 0; r < rows; r++)
            matrix[r] = new T[columns];
        bool byColumn = header.Contains("'fortran_order': True");
        byte[] line = new byte[size * (byColumn ? rows : columns)];
        for (int i = 0; i < (byColumn ? columns : rows); i++)
        {
            file.ReadExactly(line);
            for (int j = 0; j < line.Length / size; j++)
            {
                T value = Value<T>(line, j * size, kind);
                if (byColumn)
                    matrix[j][i] = value;
                else
                    matrix[i][j] = value;
            }
        }
        return matrix;
    }

    private static int Whole(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static T Value<T>(byte[] bytes, int start, string kind) where T : INumber<T> => kind switch
    {
        "f4" => T.CreateTruncating(BitConverter.ToSingle(bytes, start)),
        "f8" => T.CreateTruncating(BitConverter.ToDouble(bytes, start)),
        "i4" => T.CreateTruncating(BitConverter.ToInt32(bytes, start)),
        _ => T.CreateTruncating(BitConverter.ToInt64(bytes, start)),
    };

    [GeneratedRegex(@"'shape': \((\d+), (\d+)\)")]
    private static partial Regex Shape();

    [GeneratedRegex("'descr': '<(f4|f8|i4|i8)'")]
    private static partial Regex Type();
}
