namespace Microsoft.ML.Data;

/// <summary>Values of one column, kept by slot.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewRow row, DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? Generic.Call<ColumnStore>(Vectors<int>, vector.ItemType.RawType, row, column)
        : Generic.Call<ColumnStore>(Scalars<int>, column.Type.RawType, row, column);

    public static ColumnStore OfIds(DataViewRow row) => new ScalarStore<DataViewRowId>(row.GetIdGetter());

    /// <summary>Copies the row's current value into a slot.</summary>
    public abstract void Keep(int slot);

    /// <summary>A getter of the value in the slot that <paramref name="slot"/> names.</summary>
    public abstract Delegate Getter(Func<int> slot);

    private static ColumnStore Scalars<T>(DataViewRow row, DataViewSchema.Column column) => new ScalarStore<T>(row.GetGetter<T>(column));

    private static ColumnStore Vectors<T>(DataViewRow row, DataViewSchema.Column column) =>
        new VectorStore<T>(row.GetGetter<VBuffer<T>>(column));

    private abstract class Store<T>(ValueGetter<T> source) : ColumnStore
    {
        private T[] _values = new T[16];

        public override void Keep(int slot)
        {
            if (slot >= _values.Length)
                Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
            source(ref _values[slot]);
        }

        public override Delegate Getter(Func<int> slot) =>
            (ValueGetter<T>)((ref T destination) => Copy(in _values[slot()], ref destination));

        protected abstract void Copy(in T value, ref T destination);
    }

    private sealed class ScalarStore<T>(ValueGetter<T> source) : Store<T>(source)
    {
        protected override void Copy(in T value, ref T destination) => destination = value;
    }

    private sealed class VectorStore<T>(ValueGetter<VBuffer<T>> source) : Store<VBuffer<T>>(source)
    {
        protected override void Copy(in VBuffer<T> value, ref VBuffer<T> destination) => value.CopyTo(ref destination);
    }
}
