using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The columns that a caller asks for.</summary>
internal static class ActiveColumns
{
    public const string NoValueNow = "Values cannot be fetched at this time. This method was called either before the first "
        + "call to MoveNext, or at any point after that method returned false.";

    public static bool[] Of(IEnumerable<DataViewSchema.Column> columnsNeeded, DataViewSchema schema)
    {
        Contracts.CheckValue(columnsNeeded, nameof(columnsNeeded));
        var active = new bool[schema.Count];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= active.Length)
                throw Contracts.Except($"The requested column: {column} is not part of the sourceSchema");
            active[column.Index] = true;
        }
        return active;
    }

    /// <summary>A getter as the type that was asked for.</summary>
    public static ValueGetter<T> Typed<T>(Delegate getter, string column = null) =>
        getter as ValueGetter<T> ?? throw Contracts.Except(
            $"Invalid TValue in GetGetter{column}: '{typeof(T)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");

    public static DataViewRowCursor GetRowCursor(this IDataView data, params DataViewSchema.Column[] columns) =>
        data.GetRowCursor(columns);
}
