using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The values of one column of the input for the rows of a batch, read while the source stands on each and handed out later.
/// </summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo s_create =
        typeof(ColumnBuffer).GetMethod(nameof(CreateTyped), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly MethodInfo s_createVector =
        typeof(ColumnBuffer).GetMethod(nameof(CreateVector), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>
    /// Whether values of a column can be kept while the source moves on. An object, such as an image, belongs to the source,
    /// which may change or dispose it with the next row.
    /// </summary>
    public static bool CanKeep(DataViewSchema.Column column) => column.Type.RawType.IsValueType;

    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column)
    {
        var method = column.Type is VectorDataViewType vector
            ? s_createVector.MakeGenericMethod(vector.ItemType.RawType)
            : s_create.MakeGenericMethod(column.Type.RawType);
        return (ColumnBuffer)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [source, column], null)!;
    }

    /// <summary>Makes room for <paramref name="capacity"/> rows.</summary>
    public abstract void Resize(int capacity);

    /// <summary>Reads the current row of the source into place <paramref name="row"/>.</summary>
    public abstract void Read(int row);

    /// <summary>A <see cref="ValueGetter{TValue}"/> for the row that <paramref name="row"/> names.</summary>
    public abstract Delegate Getter(Func<int> row);

    private static Scalars<T> CreateTyped<T>(DataViewRow source, DataViewSchema.Column column) => new(source.GetGetter<T>(column));

    private static Vectors<T> CreateVector<T>(DataViewRow source, DataViewSchema.Column column) =>
        new(source.GetGetter<VBuffer<T>>(column));

    private sealed class Scalars<T>(ValueGetter<T> source) : ColumnBuffer
    {
        private T[] _values = [];

        public override void Resize(int capacity) => Array.Resize(ref _values, capacity);

        public override void Read(int row) => source(ref _values[row]);

        public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    // Each row has a buffer of its own, which the source fills; callers get copies, for they may write into what they get.
    private sealed class Vectors<T>(ValueGetter<VBuffer<T>> source) : ColumnBuffer
    {
        private VBuffer<T>[] _values = [];

        public override void Resize(int capacity) => Array.Resize(ref _values, capacity);

        public override void Read(int row) => source(ref _values[row]);

        public override Delegate Getter(Func<int> row) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
    }
}
