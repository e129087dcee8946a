using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Getters of columns over the members of a current row object.</summary>
internal static class RowGetters
{
    public static Delegate Create<TRow>(BoundColumn column, Func<TRow> current)
    {
        var memberType = RowMembers.TypeOf(column.Member);
        var itemType = column.Type.ItemType().RawType;
        if (memberType == typeof(string))
            return Text(column, current);
        if (memberType == typeof(string[]))
            return Texts(column, current);
        if (memberType.IsArray)
            return Generic.Call<Delegate>(Array<TRow, int>, [typeof(TRow), itemType], column, current);
        if (column.Type is VectorDataViewType)
            return Generic.Call<Delegate>(Vector<TRow, int>, [typeof(TRow), itemType], column, current);
        return column.Type is KeyDataViewType key
            ? Generic.Call<Delegate>(Key<TRow, int>, [typeof(TRow), itemType], column, current, key.Count)
            : Generic.Call<Delegate>(Scalar<TRow, int>, [typeof(TRow), itemType], column, current);
    }

    private static ValueGetter<T> Scalar<TRow, T>(BoundColumn column, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, T>(column.Member);
        return (ref T destination) => destination = read(current());
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text<TRow>(BoundColumn column, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, string>(column.Member);
        return (ref ReadOnlyMemory<char> destination) => destination = read(current()).AsMemory();
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts<TRow>(BoundColumn column, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, string[]>(column.Member);
        return (ref VBuffer<ReadOnlyMemory<char>> destination) =>
        {
            var values = read(current()) ?? [];
            var editor = VBufferEditor.Create(ref destination, values.Length);
            for (var i = 0; i < values.Length; i++)
                editor.Values[i] = values[i].AsMemory();
            destination = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> Array<TRow, T>(BoundColumn column, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, T[]>(column.Member);
        return (ref VBuffer<T> destination) =>
        {
            var values = read(current());
            VBuffer<T>.Copy(values, 0, ref destination, values?.Length ?? 0);
        };
    }

    private static ValueGetter<VBuffer<T>> Vector<TRow, T>(BoundColumn column, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, VBuffer<T>>(column.Member);
        return (ref VBuffer<T> destination) => read(current()).CopyTo(ref destination);
    }

    // The member counts categories from 0; the column from 1, with 0 for missing.
    private static ValueGetter<T> Key<TRow, T>(BoundColumn column, Func<TRow> current, ulong count)
    {
        Contracts.Check(typeof(T) == typeof(ulong) || typeof(T) == typeof(uint) || typeof(T) == typeof(byte));
        var read = MemberAccess.Reader<TRow, T>(column.Member);
        return (ref T destination) =>
        {
            var category = Convert.ToUInt64(read(current()));
            destination = (T)Convert.ChangeType(category < count ? category + 1 : 0, typeof(T));
        };
    }
}
