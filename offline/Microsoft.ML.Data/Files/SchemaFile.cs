using System.IO.Compression;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// The schema in a model file: ML.NET's binary table format with no rows. A header of 256 bytes points to a table of
/// columns (name, codec, annotations); annotations lie before it, each encoded by the codec of its type.
/// </summary>
internal static class SchemaFile
{
    private const int HeaderSize = 256;
    private const ulong Signature = 0x00425644004C4D43;
    private const ulong TailSignature = 0x434D4C0044564200;
    private const ulong Version = 0x0001000100010006;

    private enum Compression : byte
    {
        None = 0,
        Deflate = 1,
    }

    public static void Write(Stream stream, DataViewSchema schema)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(new byte[HeaderSize]);
        var columns = schema.Where(column => TypeCodec.Knows(column.Type)).ToArray();
        var annotations = columns.Select(column => WriteAnnotations(writer, column.Annotations)).ToArray();
        var table = Position(writer);
        foreach (var (column, annotation) in columns.Zip(annotations))
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            writer.Write((byte)Compression.Deflate);
            writer.Write7BitEncodedInt64(1); // rows per block
            writer.Write((long)HeaderSize); // where blocks would be listed
            writer.Write(annotation);
        }
        var tail = Position(writer);
        writer.Write(TailSignature);
        writer.Seek(0, SeekOrigin.Begin);
        foreach (var value in new[] { Signature, Version, Version, (ulong)table, (ulong)tail, 0UL })
            writer.Write(value);
        writer.Write(columns.Length);
        writer.Flush();
        stream.Position = stream.Length;
    }

    public static DataViewSchema Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        Contracts.CheckDecode(stream.Length > HeaderSize && reader.ReadUInt64() == Signature, "Wrong file type");
        reader.ReadUInt64();
        Contracts.CheckDecode(reader.ReadUInt64() <= Version, "File is too new");
        var table = reader.ReadInt64();
        Contracts.CheckDecode(table >= HeaderSize && table < stream.Length, "Corrupt schema");
        reader.ReadInt64();
        reader.ReadInt64();
        var count = reader.ReadInt32();
        stream.Position = table;
        var builder = new DataViewSchema.Builder();
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            var type = TypeCodec.Read(reader);
            reader.ReadByte();
            reader.Read7BitEncodedInt64();
            reader.ReadInt64();
            var annotations = reader.ReadInt64();
            var next = stream.Position;
            builder.AddColumn(name, type, annotations == 0 ? null : ReadAnnotations(reader, annotations));
            stream.Position = next;
        }
        return builder.ToSchema();
    }

    private static long WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        var columns = annotations.Schema.Where(column => TypeCodec.Knows(column.Type)).ToArray();
        if (columns.Length == 0)
            return 0;
        var starts = new List<long>();
        foreach (var column in columns)
        {
            starts.Add(Position(writer));
            Generic.Call<object>(WriteValue<int>, column.Type.RawType, writer, annotations, column);
        }
        starts.Add(Position(writer));
        writer.Write7BitEncodedInt64(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            writer.Write(columns[i].Name);
            TypeCodec.Write(writer, columns[i].Type);
            writer.Write((byte)Compression.None);
            writer.Write(starts[i]);
            writer.Write7BitEncodedInt64(starts[i + 1] - starts[i]);
        }
        return starts[^1];
    }

    private static object WriteValue<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        T value = default;
        annotations.GetGetter<T>(column)(ref value);
        ValueCodec.Write(writer, column.Type, value);
        return null;
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader, long position)
    {
        reader.BaseStream.Position = position;
        var builder = new DataViewSchema.Annotations.Builder();
        var count = reader.Read7BitEncodedInt64();
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            var type = TypeCodec.Read(reader);
            var compression = (Compression)reader.ReadByte();
            var start = reader.ReadInt64();
            var size = reader.Read7BitEncodedInt64();
            var next = reader.BaseStream.Position;
            Contracts.CheckDecode(start >= HeaderSize && size >= 0 && start + size <= reader.BaseStream.Length, "Corrupt schema");
            reader.BaseStream.Position = start;
            Stream bytes = new MemoryStream(reader.ReadBytes((int)size));
            if (compression == Compression.Deflate)
                bytes = new DeflateStream(bytes, CompressionMode.Decompress);
            using var values = new BinaryReader(bytes, Encoding.UTF8);
            builder.Add(name, type, AnnotationGetter.Of(ValueCodec.Read(values, type), type));
            reader.BaseStream.Position = next;
        }
        return builder.ToAnnotations();
    }

    private static long Position(BinaryWriter writer)
    {
        writer.Flush();
        return writer.BaseStream.Position;
    }
}
