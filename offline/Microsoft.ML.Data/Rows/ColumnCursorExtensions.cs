using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The values of one column as a sequence.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) =>
        data.GetColumn<T>(data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        var own = data.Schema[column.Index];
        if (own.Name != column.Name || own.Type != column.Type)
        {
            throw Contracts.ExceptParam(null, nameof(column),
                $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in data");
        }
        if (column.Type.RawType == typeof(T))
            return Convert<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Convert<ReadOnlyMemory<char>, string>(data, column, text => text.ToString());
        if (typeof(T).IsArray)
        {
            if (column.Type is not VectorDataViewType vector)
            {
                throw Contracts.ExceptParam(null, nameof(column), $"Cannot load vector type, {column.Type}, specified in "
                    + $"{column.Name} to the user-defined type, {typeof(T)}.");
            }
            if (vector.ItemType.RawType == typeof(T).GetElementType())
                return Generic.Call<IEnumerable<T>>(Arrays<int>, vector.ItemType.RawType, data, column);
            if (typeof(T) == typeof(string[]) && vector.ItemType is TextDataViewType)
            {
                return (IEnumerable<T>)Convert<VBuffer<ReadOnlyMemory<char>>, string[]>(
                    data, column, texts => texts.DenseValues().Select(text => text.ToString()).ToArray());
            }
        }
        throw Contracts.ExceptParam(null, nameof(column), $"Cannot map column (name: {column.Name}, type: {column.Type}) in data "
            + $"to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<T[]> Arrays<T>(IDataView data, DataViewSchema.Column column) =>
        Convert<VBuffer<T>, T[]>(data, column, values =>
        {
            var array = new T[values.Length];
            values.CopyTo(array);
            return array;
        });

    private static IEnumerable<TTo> Convert<TFrom, TTo>(IDataView data, DataViewSchema.Column column, Func<TFrom, TTo> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TFrom>(column);
        TFrom value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(value);
        }
    }
}
