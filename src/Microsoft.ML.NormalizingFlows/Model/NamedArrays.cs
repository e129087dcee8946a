using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Writes and reads a list of <see cref="NamedArray"/>: their number, then name, rank, lengths and values of each, little-endian.
/// Reading checks every size before it allocates, so that a damaged or hostile file costs an error and nothing else.
/// </summary>
internal static class NamedArrays
{
    private const int MaximumCount = 100_000;
    private const int MaximumRank = 4;
    private const int MaximumNameLength = 256;
    private const long MaximumLength = 1L << 28;

    public static void Write(BinaryWriter writer, IReadOnlyList<NamedArray> arrays)
    {
        writer.Write(arrays.Count);
        foreach (var (name, shape, values) in arrays)
        {
            writer.Write(name);
            writer.Write(shape.Length);
            foreach (long length in shape)
                writer.Write(length);
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    /// <exception cref="InvalidDataException">The data end too soon or a size is impossible.</exception>
    public static IReadOnlyList<NamedArray> Read(BinaryReader reader)
    {
        try
        {
            int count = reader.ReadInt32();
            Check(count is >= 0 and <= MaximumCount, $"{count} arrays");
            var arrays = new List<NamedArray>();
            for (int i = 0; i < count; i++)
                arrays.Add(ReadArray(reader));
            return arrays;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("The arrays of the model end too soon: the file is truncated.");
        }
    }

    /// <summary>The array of a name, of the shape that it must have.</summary>
    /// <exception cref="InvalidDataException">It is missing or has another shape.</exception>
    public static NamedArray Find(IReadOnlyDictionary<string, NamedArray> arrays, string name, long[] shape)
    {
        if (!arrays.TryGetValue(name, out var array))
            throw new InvalidDataException($"The model is damaged: array '{name}' is missing.");
        if (!array.Shape.AsSpan().SequenceEqual(shape) || array.Values.LongLength != shape.Aggregate(1L, (a, b) => a * b))
        {
            throw new InvalidDataException(
                $"The model is damaged: array '{name}' has shape ({string.Join(", ", array.Shape)}), not ({string.Join(", ", shape)}).");
        }
        return array;
    }

    private static NamedArray ReadArray(BinaryReader reader)
    {
        string name = reader.ReadString();
        Check(name.Length is > 0 and <= MaximumNameLength, "an array name of impossible length");
        int rank = reader.ReadInt32();
        Check(rank is >= 0 and <= MaximumRank, $"array '{name}' of rank {rank}");
        var shape = new long[rank];
        long length = 1;
        for (int i = 0; i < rank; i++)
        {
            shape[i] = reader.ReadInt64();
            Check(shape[i] is >= 0 and <= MaximumLength, $"array '{name}' of length {shape[i]}");
            length *= shape[i];
            Check(length <= MaximumLength, $"array '{name}' of {length} values");
        }
        var stream = reader.BaseStream;
        Check(!stream.CanSeek || stream.Length - stream.Position >= length * sizeof(float), $"array '{name}' beyond the end of the file");
        var values = new float[length];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new NamedArray(name, shape, values);
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidDataException($"The model is damaged: it claims {what}.");
    }
}
