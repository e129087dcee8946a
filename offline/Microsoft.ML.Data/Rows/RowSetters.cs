namespace Microsoft.ML.Data;

/// <summary>Writes the values of a row into the members of a row object.</summary>
internal static class RowSetters
{
    public static Action<TRow> Create<TRow>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var memberType = RowMembers.TypeOf(column.Member);
        var itemType = source.Type.ItemType().RawType;
        if (memberType == typeof(string))
            return Text<TRow>(column, row, source);
        if (memberType == typeof(string[]))
            return Texts<TRow>(column, row, source);
        if (memberType.IsArray)
            return Generic.Call<Action<TRow>>(Array<TRow, int>, [typeof(TRow), itemType], column, row, source);
        return source.Type is VectorDataViewType
            ? Generic.Call<Action<TRow>>(Vector<TRow, int>, [typeof(TRow), itemType], column, row, source)
            : Generic.Call<Action<TRow>>(Scalar<TRow, int>, [typeof(TRow), itemType], column, row, source);
    }

    private static Action<TRow> Scalar<TRow, T>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var getter = row.GetGetter<T>(source);
        var write = MemberAccess.Writer<TRow, T>(column.Member);
        T value = default;
        return target =>
        {
            getter(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> Text<TRow>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(source);
        var write = MemberAccess.Writer<TRow, string>(column.Member);
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            getter(ref value);
            write(target, value.ToString());
        };
    }

    private static Action<TRow> Texts<TRow>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(source);
        var write = MemberAccess.Writer<TRow, string[]>(column.Member);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            getter(ref value);
            write(target, value.DenseValues().Select(text => text.ToString()).ToArray());
        };
    }

    // An array of the right length that the object already holds is filled again.
    private static Action<TRow> Array<TRow, T>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var getter = row.GetGetter<VBuffer<T>>(source);
        var read = MemberAccess.Reader<TRow, T[]>(column.Member);
        var write = MemberAccess.Writer<TRow, T[]>(column.Member);
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            var array = read(target);
            if (array?.Length != value.Length || !value.IsDense)
                array = new T[value.Length];
            value.CopyTo(array);
            write(target, array);
        };
    }

    private static Action<TRow> Vector<TRow, T>(BoundColumn column, DataViewRow row, DataViewSchema.Column source)
    {
        var getter = row.GetGetter<VBuffer<T>>(source);
        var read = MemberAccess.Reader<TRow, VBuffer<T>>(column.Member);
        var write = MemberAccess.Writer<TRow, VBuffer<T>>(column.Member);
        return target =>
        {
            var value = read(target);
            getter(ref value);
            write(target, value);
        };
    }
}
