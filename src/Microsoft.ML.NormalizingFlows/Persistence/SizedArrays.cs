using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>Arrays and names in a model file: their length, then their values. Reading compares a length with what is left before it allocates.</summary>
internal static class SizedArrays
{
    /// <summary>Writes numbers, little-endian.</summary>
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="InvalidDataException">There are not as many values as it claims.</exception>
    public static T[] ReadArray<T>(this BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadCount(Unsafe.SizeOf<T>())];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public static void WriteInt128(this BinaryWriter writer, Int128 value)
    {
        writer.Write(unchecked((ulong)(value >> 64)));
        writer.Write(unchecked((ulong)value));
    }

    public static Int128 ReadInt128(this BinaryReader reader) => ((Int128)(long)reader.ReadUInt64() << 64) | reader.ReadUInt64();

    /// <summary>Reads how many items follow, of <paramref name="leastBytes"/> or more each.</summary>
    /// <exception cref="InvalidDataException">There is no room for as many.</exception>
    public static int ReadCount(this BinaryReader reader, int leastBytes)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= (reader.BaseStream.Length - reader.BaseStream.Position) / leastBytes
            ? count
            : throw new InvalidDataException($"it claims {count} values");
    }
}
