using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Values of a type: how they stand in a model file, by a number that never changes, and what needs their type known.</summary>
internal abstract class ValueForm(PrimitiveDataViewType type)
{
    private static readonly ValueForm[] s_forms =
    [
        new Typed<float>(NumberDataViewType.Single, (writer, value) => writer.Write(value), reader => reader.ReadSingle()),
        new Typed<double>(NumberDataViewType.Double, (writer, value) => writer.Write(value), reader => reader.ReadDouble()),
        new Typed<sbyte>(NumberDataViewType.SByte, (writer, value) => writer.Write(value), reader => reader.ReadSByte()),
        new Typed<byte>(NumberDataViewType.Byte, (writer, value) => writer.Write(value), reader => reader.ReadByte()),
        new Typed<short>(NumberDataViewType.Int16, (writer, value) => writer.Write(value), reader => reader.ReadInt16()),
        new Typed<ushort>(NumberDataViewType.UInt16, (writer, value) => writer.Write(value), reader => reader.ReadUInt16()),
        new Typed<int>(NumberDataViewType.Int32, (writer, value) => writer.Write(value), reader => reader.ReadInt32()),
        new Typed<uint>(NumberDataViewType.UInt32, (writer, value) => writer.Write(value), reader => reader.ReadUInt32()),
        new Typed<long>(NumberDataViewType.Int64, (writer, value) => writer.Write(value), reader => reader.ReadInt64()),
        new Typed<ulong>(NumberDataViewType.UInt64, (writer, value) => writer.Write(value), reader => reader.ReadUInt64()),
        new Typed<bool>(BooleanDataViewType.Instance, (writer, value) => writer.Write(value), reader => reader.ReadBoolean()),
        new Typed<DateTime>(DateTimeDataViewType.Instance, (writer, value) => writer.Write(value.ToBinary()), reader => DateTime.FromBinary(reader.ReadInt64())),
        new Typed<ReadOnlyMemory<char>>(TextDataViewType.Instance, (writer, value) => writer.Write(value.ToString()), reader => reader.ReadString().AsMemory()),
        new Typed<TimeSpan>(TimeSpanDataViewType.Instance, (writer, value) => writer.Write(value.Ticks), reader => new TimeSpan(reader.ReadInt64())),
    ];

    public PrimitiveDataViewType Type => type;

    /// <summary>The form of values of a type, and its number; null and -1 where there is none.</summary>
    public static (ValueForm? Form, int Number) Of(DataViewType type)
    {
        int number = Array.FindIndex(s_forms, form => form.Type.Equals(type));
        return (number < 0 ? null : s_forms[number], number);
    }

    /// <exception cref="InvalidDataException">There is no such form.</exception>
    public static ValueForm Of(int number) =>
        number >= 0 && number < s_forms.Length ? s_forms[number] : throw new InvalidDataException($"it claims a type of number {number}");

    /// <summary>The form of values of a .NET type, which a key shares with a number.</summary>
    public static ValueForm OfRaw(Type type) => Array.Find(s_forms, form => form.Type.RawType == type)!;

    /// <summary>A getter that gives for a row what one of two gives.</summary>
    public abstract Delegate Either(Func<bool> isFirst, Delegate first, Delegate second);

    /// <summary>All values of an annotation: those of a vector, or one.</summary>
    public abstract Array Values(DataViewSchema.Annotations annotations, DataViewSchema.Column column);

    /// <summary>Adds an annotation.</summary>
    public abstract void Add(DataViewSchema.Annotations.Builder builder, string name, Array values, bool isVector);

    public abstract void Write(BinaryWriter writer, Array values);

    public abstract Array Read(BinaryReader reader, int count);

    private sealed class Typed<T>(PrimitiveDataViewType type, Action<BinaryWriter, T> write, Func<BinaryReader, T> read) : ValueForm(type)
    {
        public override Delegate Either(Func<bool> isFirst, Delegate first, Delegate second)
        {
            var (one, other) = ((ValueGetter<T>)first, (ValueGetter<T>)second);
            return (ValueGetter<T>)((ref T value) =>
            {
                if (isFirst())
                    one(ref value);
                else
                    other(ref value);
            });
        }

        public override Array Values(DataViewSchema.Annotations annotations, DataViewSchema.Column column)
        {
            if (column.Type is VectorDataViewType)
            {
                VBuffer<T> vector = default;
                annotations.GetValue(column.Name, ref vector);
                return vector.DenseValues().ToArray();
            }
            T value = default!;
            annotations.GetValue(column.Name, ref value);
            return new[] { value };
        }

        public override void Add(DataViewSchema.Annotations.Builder builder, string name, Array values, bool isVector)
        {
            var own = (T[])values;
            if (!isVector)
            {
                builder.AddPrimitiveValue(name, Type, own[0]);
                return;
            }
            builder.Add(name, new VectorDataViewType(Type, own.Length), (ref VBuffer<T> target) =>
            {
                var editor = VBufferEditor.Create(ref target, own.Length);
                own.CopyTo(editor.Values);
                target = editor.Commit();
            });
        }

        public override void Write(BinaryWriter writer, Array values)
        {
            foreach (var value in (T[])values)
                write(writer, value);
        }

        public override Array Read(BinaryReader reader, int count)
        {
            // A value may take more room than it has in the file: none is made for what is not there.
            var values = new List<T>();
            for (int i = 0; i < count; i++)
                values.Add(read(reader));
            return values.ToArray();
        }
    }
}
