using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// One column of a table: its values as numbers, NaN where they are missing, and back. A text is the number of its level, a date its ticks since
/// <see cref="Origin"/>, near which every tick is exact in a Double.
/// </summary>
internal sealed class TableColumn
{
    public static readonly DateTime Origin = new(2000, 1, 1);

    private const int KeyForm = -1;

    private readonly Dictionary<string, int> _levels = [];
    private readonly List<string> _texts = [];
    private readonly KeptAnnotations _annotations;
    private bool _rounds;

    private TableColumn(string name, DataViewType type, KeptAnnotations annotations, SynthesizerColumnOptions options)
    {
        (Name, Type, Options, _annotations, Annotations) = (name, type, options, annotations, annotations.ToAnnotations());
        Grid? given = options.Step is { } step ? Grid.Of(step) : options.Kind == ColumnKind.WholeNumber ? new Grid(1, 0) : null;
        (_rounds, Grid) = (given is not null, given ?? default);
    }

    public string Name { get; }

    public DataViewType Type { get; }

    public DataViewSchema.Annotations Annotations { get; }

    /// <summary>How it was learned; of a column that was saved, no more than what drawing needs.</summary>
    public SynthesizerColumnOptions Options { get; }

    /// <summary>Whether values have an order.</summary>
    public bool IsNumber => Type is NumberDataViewType or DateTimeDataViewType && Options.Kind != ColumnKind.Category;

    /// <summary>What all values are multiples of, once <see cref="Learn"/> has seen them.</summary>
    public Grid Grid { get; private set; }

    /// <summary>How rows are numbered where the values are unique, once <see cref="Learn"/> has seen them.</summary>
    public Numbering? Keys { get; private set; }

    private bool IsSingle => Type.RawType == typeof(float);

    /// <exception cref="ArgumentException">There is no way to draw values of this type.</exception>
    public static TableColumn Of(DataViewSchema.Column column, SynthesizerColumnOptions options) =>
        column.Type is NumberDataViewType or BooleanDataViewType or TextDataViewType or DateTimeDataViewType
            || column.Type is KeyDataViewType && column.Type.RawType == typeof(uint)
            ? new TableColumn(column.Name, column.Type, KeptAnnotations.Of(column.Annotations), options)
            : throw new ArgumentException($"The column '{column.Name}' is {column.Type}, which cannot be synthesized: convert it to numbers, texts, keys or dates, or drop it.");

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TableColumn Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        int form = reader.ReadInt32();
        var type = form == KeyForm ? new KeyDataViewType(typeof(uint), reader.ReadUInt64()) : ValueForm.Of(form).Type;
        var annotations = KeptAnnotations.Read(reader);
        var options = new SynthesizerColumnOptions { Kind = reader.ReadBoolean() ? ColumnKind.Category : ColumnKind.Detected };
        var column = new TableColumn(name, type, annotations, options) { _rounds = reader.ReadBoolean(), Grid = Grid.Read(reader), Keys = reader.ReadBoolean() ? Numbering.Read(reader) : null };
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
        _annotations.Write(writer);
        writer.Write(Options.Kind == ColumnKind.Category);
        writer.Write(_rounds);
        Grid.Write(writer);
        writer.Write(Keys is not null);
        Keys?.Write(writer);
        writer.Write(_texts.Count);
        foreach (string text in _texts)
            writer.Write(text);
    }

    /// <summary>Learns from all distinct values how they are rounded, or numbered where they are unique.</summary>
    public void Learn(IReadOnlyCollection<double> values)
    {
        if (IsNumber && Options.Step is null && !_rounds)
            Grid = Grid.Detect(values, IsSingle);
        if (!Options.Unique)
            return;
        Keys = Numbering.Behind(this, values, _texts);
        // Real keys are neither drawn nor saved.
        _levels.Clear();
        _texts.Clear();
    }

    /// <summary>A value as it is learned: on the grid where it belongs there.</summary>
    public double Rounded(double value) => _rounds || !Grid.IsNone && IsSingle && Grid.Holds(value, isSingle: true) ? Grid.Round(value) : value;

    /// <summary>A value as the type keeps it.</summary>
    public double Stored(double value) => IsSingle ? (float)value : value;

    /// <summary>The number of a text; NaN for an empty one, infinity for one that was not learned.</summary>
    public double Level(string text) => Level(text.AsMemory(), learns: false);

    /// <summary>Reads the value of the current row; a new text becomes a new level where <paramref name="learns"/>, else infinity.</summary>
    public Func<double> Reader(DataViewRow row, bool learns)
    {
        var own = row.Schema[Name];
        Func<double> read = Type switch
        {
            TextDataViewType => NumberGetter.Of<ReadOnlyMemory<char>>(text => Level(text, learns), row, own),
            DateTimeDataViewType => NumberGetter.Of<DateTime>(date => Number(date), row, own),
            KeyDataViewType => NumberGetter.Of<uint>(key => key == 0 ? double.NaN : key, row, own),
            _ => NumberGetter.Create(row, own),
        };
        return IsNumber ? () => Rounded(read()) : read;
    }

    /// <summary>Whether the column can have a value: a level that there is, a number or date of its type, or NaN for a missing one.</summary>
    public bool Holds(double value) => double.IsNaN(value) || Type switch
    {
        TextDataViewType => value >= 0 && value < _texts.Count && value == Math.Floor(value),
        KeyDataViewType key => value >= 1 && value <= key.Count && value == Math.Floor(value),
        DateTimeDataViewType => value >= -Origin.Ticks && value <= DateTime.MaxValue.Ticks - Origin.Ticks,
        _ => double.IsFinite(value),
    };

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
        var raw when raw == typeof(DateTime) => Get(Date, value),
        _ => Get(number => double.IsNaN(number) ? default : Keys is { } keys ? keys.Text(number).AsMemory() : _texts[(int)number].AsMemory(), value),
    };

    /// <summary>The least value that the type can hold and is not below a value, or above it.</summary>
    public double Next(double value, bool above)
    {
        double stored = Stored(value);
        return stored > value || !above && stored == value ? stored
            : IsSingle ? MathF.BitIncrement((float)stored) : Math.BitIncrement(stored);
    }

    /// <summary>A value in words.</summary>
    public string Describe(double value) => Type switch
    {
        TextDataViewType => $"'{_texts[(int)value]}'",
        DateTimeDataViewType => Date(value).ToString("s", CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    public static double Number(DateTime date) => date.Ticks - Origin.Ticks;

    private static DateTime Date(double ticks) => new(Origin.Ticks + (long)ticks);

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
