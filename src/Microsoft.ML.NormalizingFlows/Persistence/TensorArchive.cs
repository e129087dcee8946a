using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>
/// A description beside one block of tensors: the length of a JSON text, the text, which holds the description and the names and shapes of the
/// tensors, and then their values one behind another, float32, little-endian. Every size is checked before anything is allocated.
/// </summary>
internal static class TensorArchive
{
    private const int MaximumCount = 100_000, MaximumRank = 4, MaximumNameLength = 256;
    private const long MaximumLength = 1L << 28;

    public static void Write<T>(BinaryWriter writer, T description, IReadOnlyList<NamedArray> tensors)
    {
        string text = ModelJson.Write(new Header<T>(description, [.. tensors.Select(tensor => new Entry(tensor.Name, tensor.Shape))]));
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
        foreach (var tensor in tensors)
            writer.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
    }

    /// <param name="reader">At the start of the archive, which ends where its stream does.</param>
    /// <param name="check">Looks at the description before the block is read; throws where it is impossible.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    /// <exception cref="EndOfStreamException">The content ends too soon.</exception>
    public static (T Description, IReadOnlyList<NamedArray> Tensors) Read<T>(BinaryReader reader, Action<T, IReadOnlyList<Entry>>? check = null)
    {
        int length = reader.ReadInt32();
        var stream = reader.BaseStream;
        Check(length >= 0 && length <= stream.Length - stream.Position, $"a description of {length} bytes");
        var header = ModelJson.Read<Header<T>>(reader.ReadBytes(length));
        Check(header.Tensors.Count <= MaximumCount, $"{header.Tensors.Count} arrays");
        if (header.Tensors.CountBy(entry => entry.Name).FirstOrDefault(named => named.Value > 1) is { Value: > 1 } twice)
            throw new InvalidDataException($"array '{twice.Key}' is there {twice.Value} times");
        long values = header.Tensors.Sum(entry => entry.CheckedLength());
        Check(values * sizeof(float) == stream.Length - stream.Position, $"{values} values, which its {stream.Length - stream.Position} bytes are not");
        check?.Invoke(header.Description, header.Tensors);
        return (header.Description, [.. header.Tensors.Select(ReadTensor)]);

        NamedArray ReadTensor(Entry entry)
        {
            var array = new float[entry.CheckedLength()];
            stream.ReadExactly(MemoryMarshal.AsBytes(array.AsSpan()));
            if (array.Length > 0 && !float.IsFinite(TensorPrimitives.MaxMagnitude<float>(array)))
                throw new InvalidDataException($"array '{entry.Name}' has a value that is no finite number");
            return new NamedArray(entry.Name, entry.Shape, array);
        }
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidDataException($"it claims {what}");
    }

    /// <summary>The name and the shape of a tensor.</summary>
    internal sealed record Entry(string Name, long[] Shape)
    {
        public long CheckedLength()
        {
            Check(Name.Length is > 0 and <= MaximumNameLength, "an array name of impossible length");
            Check(Shape.Length <= MaximumRank, $"array '{Name}' of rank {Shape.Length}");
            long length = 1;
            foreach (long size in Shape)
            {
                Check(size is >= 0 and <= MaximumLength, $"array '{Name}' of length {size}");
                length *= size;
                Check(length <= MaximumLength, $"array '{Name}' of {length} values");
            }
            return length;
        }
    }

    private sealed record Header<T>(T Description, IReadOnlyList<Entry> Tensors);
}
