using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Pipeline;

namespace Microsoft.ML.NormalizingFlows.Tabular.Columns;

/// <summary>One column of a table: its values as numbers, NaN where they are missing, and back. A text is the number of its level.</summary>
internal sealed class TableColumn(string name, DataViewType type, KeptAnnotations annotations)
{
    private const int KeyForm = -1;
    private const int MostDecimals = 6;

    private readonly Dictionary<string, int> _levels = [];
    private readonly List<string> _texts = [];

    public string Name => name;

    public DataViewType Type => type;

    public DataViewSchema.Annotations Annotations { get; } = annotations.ToAnnotations();

    /// <summary>Whether values have an order.</summary>
    public bool IsNumber => Type is NumberDataViewType or DateTimeDataViewType;

    /// <exception cref="ArgumentException">There is no way to draw values of this type.</exception>
    public static TableColumn Of(DataViewSchema.Column column) =>
        column.Type is NumberDataViewType or BooleanDataViewType or TextDataViewType or DateTimeDataViewType
            || column.Type is KeyDataViewType && column.Type.RawType == typeof(uint)
            ? new TableColumn(column.Name, column.Type, KeptAnnotations.Of(column.Annotations))
            : throw new ArgumentException($"The column '{column.Name}' is {column.Type}, which cannot be synthesized: convert it to numbers, texts, keys or dates, or drop it.");

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TableColumn Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        int form = reader.ReadInt32();
        var type = form == KeyForm ? new KeyDataViewType(typeof(uint), reader.ReadUInt64()) : ValueForm.Of(form).Type;
        var column = new TableColumn(name, type, KeptAnnotations.Read(reader));
        for (int left = reader.ReadCount(leastBytes: 1); left > 0; left--)
            column.Level(reader.ReadString().AsMemory(), learns: true);
        return column;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(ValueForm.Of(Type).Number);
        if (Type is KeyDataViewType key)
            writer.Write(key.Count);
        annotations.Write(writer);
        writer.Write(_texts.Count);
        foreach (string text in _texts)
            writer.Write(text);
    }

    /// <summary>Reads the value of the current row; a new text becomes a new level where <paramref name="learns"/>, else infinity.</summary>
    public Func<double> Reader(DataViewRow row, bool learns)
    {
        var own = row.Schema[Name];
        return Type switch
        {
            TextDataViewType => NumberGetter.Of<ReadOnlyMemory<char>>(text => Level(text, learns), row, own),
            DateTimeDataViewType => NumberGetter.Of<DateTime>(date => date.Ticks, row, own),
            KeyDataViewType => NumberGetter.Of<uint>(key => key == 0 ? double.NaN : key, row, own),
            _ => NumberGetter.Create(row, own),
        };
    }

    /// <summary>A getter of values that are numbers here.</summary>
    public Delegate Getter(Func<double> value) => Type.RawType switch
    {
        var raw when raw == typeof(float) => Get(number => (float)number, value),
        var raw when raw == typeof(double) => Get(number => number, value),
        var raw when raw == typeof(int) => Get(number => (int)number, value),
        var raw when raw == typeof(long) => Get(number => (long)number, value),
        var raw when raw == typeof(short) => Get(number => (short)number, value),
        var raw when raw == typeof(sbyte) => Get(number => (sbyte)number, value),
        var raw when raw == typeof(byte) => Get(number => (byte)number, value),
        var raw when raw == typeof(ushort) => Get(number => (ushort)number, value),
        var raw when raw == typeof(uint) => Get(number => double.IsNaN(number) ? 0u : (uint)number, value),
        var raw when raw == typeof(ulong) => Get(number => (ulong)number, value),
        var raw when raw == typeof(bool) => Get(number => number > 0, value),
        var raw when raw == typeof(DateTime) => Get(number => new DateTime((long)number), value),
        _ => Get(number => double.IsNaN(number) ? default : _texts[(int)number].AsMemory(), value),
    };

    /// <summary>The greatest power of ten from 1e-6 to 1 that all values are multiples of; for dates the longest unit in ticks; 0 for none.</summary>
    public double Step(IEnumerable<double> values)
    {
        var known = values.Where(value => !double.IsNaN(value)).ToArray();
        if (Type is DateTimeDataViewType)
            return new[] { TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, 1L }.First(unit => known.All(ticks => (long)ticks % unit == 0));
        for (int decimals = 0; decimals <= MostDecimals; decimals++)
        {
            if (known.All(value => Type.RawType == typeof(float) ? (float)Math.Round(value, decimals) == (float)value : Math.Round(value, decimals) == value))
                return Math.Pow(10, -decimals);
        }
        return 0;
    }

    private static Delegate Get<T>(Func<double, T> convert, Func<double> value) => (ValueGetter<T>)((ref T target) => target = convert(value()));

    private double Level(ReadOnlyMemory<char> text, bool learns)
    {
        if (text.IsEmpty)
            return double.NaN;
        string key = text.ToString();
        if (_levels.TryGetValue(key, out int level))
            return level;
        if (!learns)
            return double.PositiveInfinity;
        _levels.Add(key, _texts.Count);
        _texts.Add(key);
        return _texts.Count - 1;
    }
}
