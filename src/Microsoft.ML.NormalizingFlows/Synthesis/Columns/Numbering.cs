using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>New values for a column of unique keys, numbered row by row behind the learned ones, so that none of these is given away.</summary>
/// <param name="First">The number of the first row.</param>
/// <param name="Step">From one row to the next.</param>
/// <param name="Rows">How many rows the type has room for.</param>
/// <param name="Prefix">What texts begin with.</param>
/// <param name="Width">The fewest digits of a text.</param>
internal sealed record Numbering(double First, double Step, long Rows, string Prefix, int Width)
{
    private const double MaximumExact = 1L << 53;
    private const int MaximumDigits = 19;

    /// <param name="column">The column.</param>
    /// <param name="values">Its values, all different.</param>
    /// <param name="texts">Its texts, where it has texts.</param>
    public static Numbering Behind(TableColumn column, IReadOnlyCollection<double> values, IReadOnlyList<string> texts)
    {
        switch (column.Type)
        {
            case TextDataViewType:
                return BehindTexts(texts);
            case KeyDataViewType key:
                return new Numbering(1, 1, (long)key.Count, "", 0);
            default:
                // Numbers that are not rounded go on in whole steps.
                double step = column.Grid.IsNone ? 1 : column.Grid.Step;
                double first = (column.Grid.IsNone ? Math.Floor(values.Max()) : values.Max()) + step;
                return new Numbering(first, step, (long)Math.Max(0, Math.Floor((Maximum(column.Type.RawType) - first) / step) + 1), "", 0);
        }
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Numbering Read(BinaryReader reader)
    {
        var read = new Numbering(reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt64(), reader.ReadString(), reader.ReadInt32());
        return read.Width is >= 0 and <= MaximumDigits ? read : throw new InvalidDataException($"it claims keys of {read.Width} digits");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(First);
        writer.Write(Step);
        writer.Write(Rows);
        writer.Write(Prefix);
        writer.Write(Width);
    }

    public double Value(long row) => First + row * Step;

    public string Text(double number) => Prefix + ((long)number).ToString("D" + Width, CultureInfo.InvariantCulture);

    private static Numbering BehindTexts(IReadOnlyList<string> texts)
    {
        string prefix = texts[0];
        foreach (string text in texts)
            prefix = prefix[..prefix.AsSpan().CommonPrefixLength(text)];
        prefix = prefix.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        int width = texts.Max(text => text.Length) - prefix.Length;
        long greatest = 0;
        foreach (string text in texts)
        {
            if (!long.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                return new Numbering(1, 1, (long)MaximumExact, prefix, 0);
            greatest = Math.Max(greatest, number);
        }
        return new Numbering(greatest + 1, 1, (long)MaximumExact - greatest, prefix, texts.Any(text => text.Length - prefix.Length < width) ? 0 : width);
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
        TypeCode.DateTime => TableColumn.Number(DateTime.MaxValue),
        _ => MaximumExact,
    };
}
