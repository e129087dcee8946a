using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// One column of a table: its values as numbers, NaN where they are missing, and back. A text is the number of its level, a date or a long
/// integer its distance from others, and as a category the number of its level too, so that none loses a digit in a Double.
/// </summary>
internal sealed class TableColumn
{
    private const int KeyForm = -1;

    private static readonly double s_firstDay = new DateTime(100, 1, 1).ToOADate(), s_lastDay = DateTime.MaxValue.ToOADate();

    private readonly Levels<string> _texts = new();
    private readonly Levels<Int128> _longLevels = new();
    private readonly KeptAnnotations _annotations;
    private LongValues _longs = LongValues.Of(new Dictionary<Int128, long>(), origin: 0);
    private DateTimeKind? _dateKind;
    private bool _rounds;

    private TableColumn(string name, DataViewType type, KeptAnnotations annotations, SynthesizerColumnOptions options)
    {
        (Name, Type, Options, _annotations, Annotations) = (name, type, options, annotations, annotations.ToAnnotations());
        Grid? given = options.Step is { } step ? Grid.Of(step) : options.Kind is ColumnKind.WholeNumber or ColumnKind.Date ? new Grid(1, 0) : null;
        (_rounds, Grid) = (given is not null, given ?? default);
    }

    public string Name { get; }

    public DataViewType Type { get; }

    public DataViewSchema.Annotations Annotations { get; }

    /// <summary>How it was learned; of a column that was saved, no more than what drawing needs.</summary>
    public SynthesizerColumnOptions Options { get; }

    /// <summary>Whether values have an order.</summary>
    public bool IsNumber => Type is NumberDataViewType or DateTimeDataViewType or TimeSpanDataViewType && Options.Kind != ColumnKind.Category;

    /// <summary>Whether values have 64 bits, which a Double does not keep.</summary>
    public bool IsLong => !IsWrittenDate && IsOfLongType;

    // Days, counted from one, stand for numbers such as 20240229.
    private bool IsWrittenDate => Options.Kind == ColumnKind.Date;

    private bool IsOfLongType => Type is DateTimeDataViewType or TimeSpanDataViewType || Type.RawType == typeof(long) || Type.RawType == typeof(ulong);

    /// <summary>Whether values are dates, of which an <see cref="Int128"/> holds the ticks.</summary>
    public bool IsDate => Type is DateTimeDataViewType;

    /// <summary>What all values are multiples of, once <see cref="Learn"/> has seen them.</summary>
    public Grid Grid { get; private set; }

    /// <summary>How rows are numbered where the values are unique, once <see cref="Learn"/> has seen them.</summary>
    public Numbering? Keys { get; private set; }

    /// <summary>Whether values are of type Single.</summary>
    public bool IsSingle => Type.RawType == typeof(float);

    // Long values that are names, or are to be different, are levels.
    private bool HasLongLevels => IsLong && (Options.Kind == ColumnKind.Category || Options.Unique);

    /// <exception cref="ArgumentException">There is no way to draw values of this type.</exception>
    public static TableColumn Of(DataViewSchema.Column column, SynthesizerColumnOptions options) =>
        column.Type is NumberDataViewType or BooleanDataViewType or TextDataViewType or DateTimeDataViewType or TimeSpanDataViewType
            || column.Type is KeyDataViewType && column.Type.RawType == typeof(uint)
            ? new TableColumn(column.Name, column.Type, KeptAnnotations.Of(column.Annotations), options)
            : throw new ArgumentException(column.Type is DateTimeOffsetDataViewType
                ? $"The column '{column.Name}' is {column.Type}, which cannot be synthesized: convert it to a DateTime, such as its UtcDateTime, with CustomMapping, or drop it."
                : $"The column '{column.Name}' is {column.Type}, which cannot be synthesized: convert it to numbers, texts, keys or dates, or drop it.");

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TableColumn Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        FlowColumns.CheckNames(name);
        int form = reader.ReadInt32();
        var type = form == KeyForm ? new KeyDataViewType(typeof(uint), reader.ReadUInt64()) : ValueForm.Of(form).Type;
        var annotations = KeptAnnotations.Read(reader);
        var options = new SynthesizerColumnOptions { Kind = (ColumnKind)reader.ReadInt32() };
        if (!Enum.IsDefined(options.Kind) || options.Kind == ColumnKind.Date && type is not NumberDataViewType)
            throw new InvalidDataException($"its column '{name}' claims a kind of number {(int)options.Kind}");
        var column = new TableColumn(name, type, annotations, options) { _rounds = reader.ReadBoolean(), Grid = Grid.Read(reader), Keys = reader.ReadBoolean() ? Numbering.Read(reader, type) : null };
        column._dateKind = (DateTimeKind)reader.ReadInt32();
        if (!Enum.IsDefined(column._dateKind.Value))
            throw new InvalidDataException($"its column '{name}' claims a kind of dates of number {(int)column._dateKind}");
        column._longs = LongValues.Read(reader);
        for (int left = reader.ReadCount(leastBytes: 16); left > 0; left--)
            column._longLevels.Number(reader.ReadInt128(), learns: true);
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
        writer.Write((int)Options.Kind);
        writer.Write(_rounds);
        Grid.Write(writer);
        writer.Write(Keys is not null);
        Keys?.Write(writer);
        writer.Write((int)(_dateKind ?? DateTimeKind.Unspecified));
        _longs.Write(writer);
        writer.Write(_longLevels.Names.Count);
        foreach (var value in _longLevels.Names)
            writer.WriteInt128(value);
        writer.Write(_texts.Names.Count);
        foreach (string text in _texts.Names)
            writer.Write(text);
    }

    /// <summary>Chooses how long values become numbers, before <see cref="Reader"/> reads any.</summary>
    /// <param name="counts">The rows of each.</param>
    /// <param name="origin">Where values of several columns are compared, what all of them are counted from; else null.</param>
    public void LearnLongs(IReadOnlyDictionary<Int128, long> counts, Int128? origin) =>
        _longs = LongValues.Of(counts, Options.Step is null ? origin : origin ?? 0);

    /// <summary>Learns from all distinct values how they are rounded, or numbered where they are unique.</summary>
    /// <param name="values">The values.</param>
    /// <param name="isOrdered">Whether it is compared with other columns: then one value that is not rounded takes the rounding from all.</param>
    public void Learn(IReadOnlyCollection<double> values, bool isOrdered)
    {
        if (IsNumber && Options.Step is null && !_rounds)
        {
            var grid = IsLong ? _longs.Grid : Grid.Detect(values, IsSingle);
            Grid = isOrdered && values.Any(value => !double.IsNaN(value) && !grid.Holds(value)) ? default : grid;
        }
        if (!Options.Unique)
            return;
        Keys = Numbering.Behind(this, values, _texts.Names, _longLevels.Names);
        // Real keys are neither drawn nor saved.
        _texts.Clear();
        _longLevels.Clear();
    }

    /// <summary>A value as it is learned: on the grid where it belongs there.</summary>
    public double Rounded(double value) => _rounds || !Grid.IsNone && Grid.Holds(value) ? Grid.Round(value) : value;

    /// <summary>A value as the type keeps it.</summary>
    public double Stored(double value) => IsSingle ? (float)value : value;

    /// <summary>The number of a text; NaN for an empty one, infinity for one that was not learned.</summary>
    public double Level(string text) => Level(text.AsMemory(), learns: false);

    /// <summary>The number of a long value or a date's ticks; infinity for a category that was not learned.</summary>
    public double Number(Int128 value) => HasLongLevels ? _longLevels.Number(value, learns: false) : _longs.Number(value);

    /// <summary>The number of a long value that a caller gives, on the grid where it belongs there.</summary>
    public double Given(Int128 value) => HasLongLevels ? Number(value) : Rounded(Number(value));

    /// <summary>The number of a bound; NaN for none.</summary>
    public double NumberOf(double? bound) => bound is { } given ? IsWrittenDate ? WrittenDate.Day(given, Name) : IsLong ? _longs.Number(given) : given : double.NaN;

    /// <summary>Reads the value of the current row; a new category becomes a new level where <paramref name="learns"/>, else infinity.</summary>
    public Func<double> Reader(DataViewRow row, bool learns)
    {
        var own = row.Schema[Name];
        if (!own.Type.Equals(Type))
            return OtherReader(row, own);
        if (IsLong)
        {
            var readLong = LongReader(row, learns: false);
            return HasLongLevels ? () => _longLevels.Number(readLong(), learns) : () => Rounded(_longs.Number(readLong()));
        }
        Func<double> read = Type switch
        {
            TextDataViewType => NumberGetter.Of<ReadOnlyMemory<char>>(text => Level(text, learns), row, own),
            KeyDataViewType => NumberGetter.Of<uint>(key => key == 0 ? double.NaN : key, row, own),
            _ when IsWrittenDate => NumberGetter.Create(row, own) is var written ? () => WrittenDate.Day(written(), Name) : null!,
            _ => NumberGetter.Create(row, own),
        };
        return IsNumber ? () => Rounded(read()) : read;
    }

    // Of a table in which the column has the type that it has where values are missing, or in which none is.
    private Func<double> OtherReader(DataViewRow row, DataViewSchema.Column own)
    {
        if (Type is BooleanDataViewType)
            return NumberGetter.Of<ReadOnlyMemory<char>>(text => text.IsEmpty ? double.NaN : bool.TryParse(text.Span, out bool truth) ? truth ? 1 : 0 : double.PositiveInfinity, row, own);
        if (own.Type is BooleanDataViewType)
            return NumberGetter.Of<bool>(truth => Level(truth.ToString()), row, own);
        var read = FrameNulls.NumberOf(row, own);
        if (IsWrittenDate)
            return () => WrittenDate.Day(read(), Name);
        if (!IsLong)
            return IsNumber ? () => Rounded(read()) : read;
        return () => read() is var number && double.IsNaN(number) ? number : Given(Type switch
        {
            DateTimeDataViewType => DateTime.FromOADate(Math.Clamp(number, s_firstDay, s_lastDay)).Ticks,
            TimeSpanDataViewType => (Int128)Math.Round(number * TimeSpan.TicksPerDay),
            _ => (Int128)Math.Round(number),
        });
    }

    /// <summary>Reads the value of the current row, of a column that <see cref="IsLong"/>.</summary>
    public Func<Int128> LongReader(DataViewRow row, bool learns)
    {
        var own = row.Schema[Name];
        return Type.RawType switch
        {
            var raw when raw == typeof(long) => Of<long>(value => value),
            var raw when raw == typeof(ulong) => Of<ulong>(value => value),
            var raw when raw == typeof(TimeSpan) => Of<TimeSpan>(value => value.Ticks),
            _ => Of<DateTime>(value =>
            {
                // What all dates have; the least one is what stands for none, of no kind.
                if (learns && value != default)
                    _dateKind = _dateKind is null || _dateKind == value.Kind ? value.Kind : DateTimeKind.Unspecified;
                return value.Ticks;
            }),
        };

        Func<Int128> Of<T>(Func<T, Int128> convert)
        {
            var getter = row.GetGetter<T>(own);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return convert(value);
            };
        }
    }

    /// <summary>Whether the column can have a value: a level that there is, a number or date of its type, or NaN for a missing one.</summary>
    public bool Holds(double value) => double.IsNaN(value) || Type switch
    {
        TextDataViewType => IsLevel(value, _texts.Names.Count),
        _ when HasLongLevels => IsLevel(value, _longLevels.Names.Count),
        KeyDataViewType key => value >= 1 && value <= key.Count && value == Math.Floor(value),
        _ when IsLong => double.IsFinite(value) && _longs.Value(value) is var exact && exact >= MinimumLong && exact <= MaximumLong,
        _ => double.IsFinite(value),
    };

    /// <summary>A getter of values that are numbers here.</summary>
    public Delegate Getter(Func<double> value) => Getter(value, Type);

    /// <summary>A getter of values that are numbers here, in a table in which the column is of a type that <see cref="LearnedColumns"/> lets pass.</summary>
    public Delegate Getter(Func<double> value, DataViewType type) => IsWrittenDate ? NumberGetterOf(() => WrittenDate.Number(value()), type) : NumberGetterOf(value, type);

    private Delegate NumberGetterOf(Func<double> value, DataViewType type) => type.RawType switch
    {
        var raw when raw == typeof(double) && IsLong => Get(number => IsDate ? Date(number).ToOADate() : Type is TimeSpanDataViewType ? (double)Long(number) / TimeSpan.TicksPerDay : (double)Long(number), value),
        var raw when raw == typeof(float) && IsLong => Get(number => (float)Long(number), value),
        var raw when raw == typeof(ReadOnlyMemory<char>) && Type is BooleanDataViewType => Get(number => double.IsNaN(number) ? default : (number > 0).ToString().AsMemory(), value),
        var raw when raw == typeof(float) => Get(number => (float)number, value),
        var raw when raw == typeof(double) => Get(number => number, value),
        var raw when raw == typeof(int) => Get(number => (int)number, value),
        var raw when raw == typeof(long) => Get(number => IsLong ? (long)Long(number) : (long)number, value),
        var raw when raw == typeof(short) => Get(number => (short)number, value),
        var raw when raw == typeof(sbyte) => Get(number => (sbyte)number, value),
        var raw when raw == typeof(byte) => Get(number => (byte)number, value),
        var raw when raw == typeof(ushort) => Get(number => (ushort)number, value),
        var raw when raw == typeof(uint) => Get(number => double.IsNaN(number) ? 0u : (uint)number, value),
        var raw when raw == typeof(ulong) => Get(number => IsLong ? (ulong)Long(number) : (ulong)number, value),
        var raw when raw == typeof(bool) => Get(number => number > 0, value),
        var raw when raw == typeof(DateTime) => Get(Date, value),
        var raw when raw == typeof(TimeSpan) => Get(number => new TimeSpan((long)Long(number)), value),
        _ => Get(number => double.IsNaN(number) ? default : Keys is { } keys ? keys.Text(number).AsMemory() : _texts.Names[(int)number].AsMemory(), value),
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
        TextDataViewType => $"'{_texts.Names[(int)value]}'",
        DateTimeDataViewType => Date(value).ToString("s", CultureInfo.InvariantCulture),
        TimeSpanDataViewType => new TimeSpan((long)Long(value)).ToString("c", CultureInfo.InvariantCulture),
        _ when IsLong => Long(value).ToString(CultureInfo.InvariantCulture),
        _ when IsWrittenDate => WrittenDate.Number(value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private Int128 MinimumLong => IsDate || Type.RawType == typeof(ulong) ? 0 : long.MinValue;

    private Int128 MaximumLong => IsDate ? DateTime.MaxValue.Ticks : Type.RawType == typeof(ulong) ? ulong.MaxValue : long.MaxValue;

    private static bool IsLevel(double value, int levels) => value >= 0 && value < levels && value == Math.Floor(value);

    private Int128 Long(double number) => Int128.Clamp(
        Keys is { } keys ? keys.Long(number) : HasLongLevels ? _longLevels.Names[(int)number] : _longs.Value(number), MinimumLong, MaximumLong);

    private DateTime Date(double number) => (long)Long(number) is var ticks && ticks == 0 ? default : new(ticks, _dateKind ?? DateTimeKind.Unspecified);

    private static Delegate Get<T>(Func<double, T> convert, Func<double> value) => (ValueGetter<T>)((ref T target) => target = convert(value()));

    private double Level(ReadOnlyMemory<char> text, bool learns) => text.IsEmpty ? double.NaN : _texts.Number(text.ToString(), learns);
}
