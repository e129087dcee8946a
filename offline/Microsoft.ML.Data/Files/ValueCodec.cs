using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>One value in the binary table format; a vector is a vector codec's block of one.</summary>
internal static class ValueCodec
{
    public static void Write(BinaryWriter writer, DataViewType type, object value)
    {
        if (type is VectorDataViewType vector)
            Generic.Call<object>(WriteVector<int>, vector.ItemType.RawType, writer, value);
        else
            WriteItems(writer, type.RawType, Boxed(type.RawType, value));
    }

    public static object Read(BinaryReader reader, DataViewType type) => type is VectorDataViewType vector
        ? Generic.Call<object>(ReadVector<int>, vector.ItemType.RawType, reader)
        : ReadItems(reader, type.RawType, 1).GetValue(0);

    private static Array Boxed(Type type, object value)
    {
        var array = Array.CreateInstance(type, 1);
        array.SetValue(value, 0);
        return array;
    }

    private static object WriteVector<T>(BinaryWriter writer, VBuffer<T> value)
    {
        writer.Write(1); // vectors
        writer.Write(value.Length);
        if (value.Length == 0)
            writer.Write(0); // a length of its own for each, where there is none in common
        writer.Write(value.IsDense ? -1 : value.GetValues().Length);
        writer.Write(value.GetIndices().Length);
        foreach (var index in value.GetIndices())
            writer.Write(index);
        WriteItems(writer, typeof(T), value.GetValues().ToArray());
        return null;
    }

    private static object ReadVector<T>(BinaryReader reader)
    {
        Contracts.CheckDecode(reader.ReadInt32() == 1);
        var length = reader.ReadInt32();
        if (length == 0)
            length = reader.ReadInt32();
        var count = reader.ReadInt32();
        var indices = new int[reader.ReadInt32()];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = reader.ReadInt32();
        var values = (T[])ReadItems(reader, typeof(T), count < 0 ? length : count);
        return new VBuffer<T>(length, values.Length, values, indices);
    }

    private static void WriteItems(BinaryWriter writer, Type type, Array items)
    {
        switch (items)
        {
            case ReadOnlyMemory<char>[] texts:
                writer.Write(texts.Length);
                var end = 0;
                foreach (var text in texts)
                    writer.Write(end += text.Length);
                writer.Write(string.Concat(texts.Select(text => text.ToString())));
                break;
            case bool[] bits:
                for (var i = 0; i < bits.Length; i += 8)
                    writer.Write((byte)Enumerable.Range(i, Math.Min(8, bits.Length - i)).Sum(j => bits[j] ? 1 << (j - i) : 0));
                break;
            default:
                Generic.Call<object>(WriteBytes<int>, type, writer, items);
                break;
        }
    }

    private static Array ReadItems(BinaryReader reader, Type type, int count)
    {
        Contracts.CheckDecode(count >= 0);
        if (type == typeof(ReadOnlyMemory<char>))
            return ReadTexts(reader, count);
        if (type != typeof(bool))
            return Generic.Call<Array>(ReadBytes<int>, type, reader, count);
        var bits = new bool[count];
        for (var i = 0; i < count; i += 8)
        {
            var packed = reader.ReadByte();
            for (var j = i; j < Math.Min(i + 8, count); j++)
                bits[j] = (packed >> (j - i) & 1) != 0;
        }
        return bits;
    }

    private static ReadOnlyMemory<char>[] ReadTexts(BinaryReader reader, int count)
    {
        Contracts.CheckDecode(reader.ReadInt32() == count);
        var ends = new int[count];
        for (var i = 0; i < count; i++)
            ends[i] = reader.ReadInt32() & int.MaxValue;
        var text = reader.ReadString();
        Contracts.CheckDecode(text.Length == ends.LastOrDefault());
        return ends.Select((end, i) => text.AsMemory(i > 0 ? ends[i - 1] : 0, end - (i > 0 ? ends[i - 1] : 0))).ToArray();
    }

    private static object WriteBytes<T>(BinaryWriter writer, T[] items)
        where T : struct
    {
        writer.Write(MemoryMarshal.AsBytes<T>(items));
        return null;
    }

    private static Array ReadBytes<T>(BinaryReader reader, int count)
        where T : struct
    {
        var items = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }
}
