using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// A table whose columns are all scalars that are no keys: a key becomes the text that it stands for, or its number where it stands for none, and a
/// vector a column for each slot. Hidden columns are left out.
/// </summary>
internal sealed class PlainView : IDataView
{
    private const int NoSlot = -1;

    private readonly IDataView _source;
    private readonly List<(DataViewSchema.Column Column, int Slot, ReadOnlyMemory<char>[]? Names)> _origins = [];

    /// <exception cref="ArgumentException">A column is a vector of unknown size.</exception>
    public PlainView(IDataView source)
    {
        _source = source;
        var builder = new DataViewSchema.Builder();
        var visible = source.Schema.Where(column => !column.IsHidden).ToList();
        var taken = visible.Where(column => column.Type is not VectorDataViewType).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var column in visible)
        {
            var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
            var names = item is KeyDataViewType ? KeyNames(column) : null;
            var type = item is KeyDataViewType ? names is null ? NumberOf(item) : TextDataViewType.Instance : item;
            if (column.Type is not VectorDataViewType)
            {
                _origins.Add((column, NoSlot, names));
                builder.AddColumn(column.Name, type, item is KeyDataViewType ? null : column.Annotations);
                continue;
            }
            int size = ((VectorDataViewType)column.Type).Size;
            if (size == 0)
                throw new ArgumentException($"The column '{column.Name}' is a vector of unknown size ({column.Type}), which makes no fixed number of columns: leave it out with DropColumns.", nameof(source));
            var slots = FeatureColumn.SlotNames(column);
            for (int slot = 0; slot < size; slot++)
            {
                _origins.Add((column, slot, names));
                builder.AddColumn(SlotName(column.Name, slot, slots, taken), type);
            }
        }
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.CanShuffle;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        var needed = _origins.Where((_, place) => active[place]).Select(origin => origin.Column).DistinctBy(column => column.Index);
        return new Cursor(this, _source.GetRowCursor(needed, rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // Text alone: what other keys stand for, MapKeyToValue gives.
    private static ReadOnlyMemory<char>[]? KeyNames(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues()];
    }

    private static PrimitiveDataViewType NumberOf(DataViewType key) => key.RawType switch
    {
        var type when type == typeof(byte) => NumberDataViewType.Byte,
        var type when type == typeof(ushort) => NumberDataViewType.UInt16,
        var type when type == typeof(uint) => NumberDataViewType.UInt32,
        var type when type == typeof(ulong) => NumberDataViewType.UInt64,
        _ => throw new NotSupportedException($"{key} is a key of a type that is not known."),
    };

    // The name of the slot, or its number; a name that is taken already gets its number too.
    private static string SlotName(string column, int slot, IReadOnlyList<string>? slots, HashSet<string> taken)
    {
        string number = FormattableString.Invariant($"{slot}"), name = $"{column}.{(slots?[slot] is { Length: > 0 } own ? own : number)}";
        while (!taken.Add(name))
            name += $".{number}";
        return name;
    }

    private sealed class Cursor(PlainView view, DataViewRowCursor source, bool[] active) : DataViewRowCursor
    {
        private readonly Dictionary<int, object> _vectors = [];

        public override DataViewSchema Schema => view.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.IsActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            active.ThrowIfInactive(column);
            var (origin, slot, names) = view._origins[column.Index];
            if (names is null)
                return column.Type.RawType == typeof(TValue) ? Values<TValue>(origin, slot) : Getters.As<TValue>(() => { }, column.Name, column.Type);
            var item = origin.Type is VectorDataViewType vector ? vector.ItemType : origin.Type;
            Delegate getter = item.RawType switch
            {
                var type when type == typeof(byte) => Named(Values<byte>(origin, slot), key => key, names),
                var type when type == typeof(ushort) => Named(Values<ushort>(origin, slot), key => key, names),
                var type when type == typeof(uint) => Named(Values<uint>(origin, slot), key => key, names),
                var type when type == typeof(ulong) => Named(Values<ulong>(origin, slot), key => key, names),
                _ => throw new NotSupportedException($"{item} is a key of a type that is not known."),
            };
            return Getters.As<TValue>(getter, column.Name, column.Type);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }

        // A vector is read once for all of its slots.
        private ValueGetter<T> Values<T>(DataViewSchema.Column origin, int slot)
        {
            if (slot == NoSlot)
                return source.GetGetter<T>(origin);
            if (!_vectors.TryGetValue(origin.Index, out object? found))
                _vectors[origin.Index] = found = new Vector<T>(source, origin);
            var vector = (Vector<T>)found;
            return (ref T value) => value = vector[slot];
        }

        // Keys count from 1; 0 is a missing one, and has no name.
        private static ValueGetter<ReadOnlyMemory<char>> Named<T>(ValueGetter<T> read, Func<T, ulong> number, ReadOnlyMemory<char>[] names)
        {
            T key = default!;
            return (ref ReadOnlyMemory<char> value) =>
            {
                read(ref key);
                value = number(key) is >= 1 and var place && place <= (ulong)names.Length ? names[place - 1] : default;
            };
        }
    }

    private sealed class Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        private readonly ValueGetter<VBuffer<T>> _read = row.GetGetter<VBuffer<T>>(column);
        private VBuffer<T> _values;
        private long _position = -1;

        public T this[int slot]
        {
            get
            {
                if (_position != row.Position)
                    _read(ref _values);
                _position = row.Position;
                return _values.GetItemOrDefault(slot);
            }
        }
    }
}
