using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>New values for a column of unique keys, numbered row by row behind the learned ones, so that none of these is given away.</summary>
/// <param name="First">The number of the first row.</param>
/// <param name="Step">From one row to the next.</param>
/// <param name="FirstLong">The first row's value of 64 bits.</param>
/// <param name="LongStep">From one row to the next.</param>
/// <param name="Rows">How many rows the type has room for.</param>
/// <param name="Texts">How texts are made; null for a column of other values.</param>
internal sealed record Numbering(double First, double Step, Int128 FirstLong, Int128 LongStep, long Rows, TextKeys? Texts)
{
    private const double MaximumExact = 1L << 53;

    /// <param name="column">The column.</param>
    /// <param name="values">Its values, all different.</param>
    /// <param name="texts">Its texts, where it has texts.</param>
    /// <param name="longs">Its values of 64 bits, where it has such.</param>
    public static Numbering Behind(TableColumn column, IReadOnlyCollection<double> values, IReadOnlyList<string> texts, IReadOnlyList<Int128> longs)
    {
        if (column.IsLong)
            return BehindLongs(column, longs);
        switch (column.Type)
        {
            case TextDataViewType:
                var keys = TextKeys.Of(texts);
                if (!keys.CanBeRead)
                    throw new InvalidOperationException($"The texts of the unique column '{column.Name}' are too long to make others like them: shorten them, or leave the column out.");
                return new Numbering(0, 1, 0, 1, keys.Rows, keys);
            case KeyDataViewType key:
                return new Numbering(1, 1, 0, 1, (long)key.Count, null);
            default:
                // Numbers that are not rounded go on in whole steps.
                double step = column.Grid.IsNone ? 1 : column.Grid.Step;
                double first = (column.Grid.IsNone ? Math.Floor(values.Max()) : values.Max()) + step;
                return new Numbering(first, step, 0, 1, (long)Math.Max(0, Math.Floor((Maximum(column.Type.RawType) - first) / step) + 1), null);
        }
    }

    /// <param name="reader">Where it stands.</param>
    /// <param name="type">Of the column.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Numbering Read(BinaryReader reader, DataViewType type)
    {
        var read = new Numbering(
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt128(), reader.ReadInt128(), reader.ReadInt64(), reader.ReadBoolean() ? TextKeys.Read(reader) : null);
        double greatest = type.RawType == typeof(float) ? float.MaxValue : double.MaxValue;
        bool fits = read.Rows is >= 0 and <= (long)MaximumExact && Math.Abs(read.First) <= greatest && Math.Abs(read.Value(read.Rows)) <= greatest
            && read.Texts is not null == type is TextDataViewType && (read.Texts is null || read.First >= 0 && read.Step >= 0);
        return fits ? read : throw new InvalidDataException($"its unique keys of type {type} claim impossible numbers");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(First);
        writer.Write(Step);
        writer.WriteInt128(FirstLong);
        writer.WriteInt128(LongStep);
        writer.Write(Rows);
        writer.Write(Texts is not null);
        Texts?.Write(writer);
    }

    /// <summary>The number of a row, or of the row whose key <see cref="Long"/> or <see cref="Text"/> gives.</summary>
    public double Value(long row) => First + row * Step;

    public Int128 Long(double number) => FirstLong + (Int128)number * LongStep;

    public string Text(double number) => Texts!.Text((long)number);

    private static Numbering BehindLongs(TableColumn column, IReadOnlyList<Int128> values)
    {
        Int128 greatest = values.Max(), step = values.Aggregate(Int128.Zero, (common, value) => Grid.Divisor(common, greatest - value));
        Int128 maximum = column.IsDate ? DateTime.MaxValue.Ticks : column.Type.RawType == typeof(ulong) ? ulong.MaxValue : long.MaxValue;
        step = step == 0 ? 1 : step;
        return new Numbering(0, 1, greatest + step, step, (long)Int128.Min((maximum - greatest) / step, (Int128)MaximumExact), null);
    }

    private static double Maximum(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => sbyte.MaxValue,
        TypeCode.Byte => byte.MaxValue,
        TypeCode.Int16 => short.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.Int32 => int.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        TypeCode.Single => 1 << 24,
        _ => MaximumExact,
    };
}
