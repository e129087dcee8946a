using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>How the binary table format names types: a codec's name, and the bytes of its parameters.</summary>
internal static class TypeCodec
{
    private static readonly Dictionary<string, PrimitiveDataViewType> Simple = new()
    {
        ["SByte"] = NumberDataViewType.SByte,
        ["Byte"] = NumberDataViewType.Byte,
        ["Int16"] = NumberDataViewType.Int16,
        ["UInt16"] = NumberDataViewType.UInt16,
        ["Int32"] = NumberDataViewType.Int32,
        ["UInt32"] = NumberDataViewType.UInt32,
        ["Int64"] = NumberDataViewType.Int64,
        ["UInt64"] = NumberDataViewType.UInt64,
        ["Single"] = NumberDataViewType.Single,
        ["Double"] = NumberDataViewType.Double,
        ["TextSpan"] = TextDataViewType.Instance,
        ["Boolean"] = BooleanDataViewType.Instance,
        ["DateTime"] = DateTimeDataViewType.Instance,
        ["DateTimeOffset"] = DateTimeOffsetDataViewType.Instance,
        ["TimeSpan"] = TimeSpanDataViewType.Instance,
        ["DataViewRowId"] = RowIdDataViewType.Instance,
    };

    public static bool Knows(DataViewType type) => type switch
    {
        VectorDataViewType vector => Knows(vector.ItemType),
        KeyDataViewType => true,
        _ => Simple.ContainsValue(type as PrimitiveDataViewType),
    };

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        var memory = new MemoryStream();
        var parameters = new BinaryWriter(memory, Encoding.UTF8);
        switch (type)
        {
            case VectorDataViewType vector:
                Write(parameters, vector.ItemType);
                parameters.Write(vector.Dimensions.Length);
                foreach (var size in vector.Dimensions)
                    parameters.Write(size);
                break;
            case KeyDataViewType key:
                Write(parameters, PrimitiveTypes.NumberOf(key.RawType));
                parameters.Write(key.Count);
                break;
        }
        parameters.Flush();
        writer.Write(NameOf(type));
        writer.Write7BitEncodedInt64(memory.Length);
        writer.Write(memory.GetBuffer(), 0, (int)memory.Length);
    }

    public static DataViewType Read(BinaryReader reader)
    {
        var name = reader.ReadString();
        reader.Read7BitEncodedInt64();
        if (Simple.TryGetValue(name, out var simple))
            return simple;
        Contracts.CheckDecode(name is "VBuffer" or "Key2", $"Did not recognize value codec signature '{name}'");
        var item = Read(reader) as PrimitiveDataViewType;
        Contracts.CheckDecode(item is not null);
        if (name == "Key2")
            return new KeyDataViewType(item.RawType, reader.ReadUInt64());
        var sizes = new int[reader.ReadInt32()];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = reader.ReadInt32();
        return sizes.Length > 0 ? new VectorDataViewType(item, sizes) : new VectorDataViewType(item);
    }

    private static string NameOf(DataViewType type) => type switch
    {
        VectorDataViewType => "VBuffer",
        KeyDataViewType => "Key2",
        _ => Simple.First(pair => pair.Value.Equals(type)).Key,
    };
}
