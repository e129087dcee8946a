using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>What all getters of our rows and cursors answer when they are asked for what there is not.</summary>
internal static class Getters
{
    /// <summary>The getter of a column for values of type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The column has values of another type.</exception>
    public static ValueGetter<T> As<T>(Delegate getter, string column, DataViewType type) =>
        getter as ValueGetter<T> ?? throw new InvalidOperationException(
            $"The column '{column}' is {type} and is read as {type.RawType}, not as {typeof(T)}.");

    public static InvalidOperationException NoCurrentRow() => new(
        "There is no current row: the cursor was not moved yet, stands behind the last row, or was disposed.");
}

/// <summary>The rules of ML.NET's rows for columns that were not asked for.</summary>
internal static class ActiveColumns
{
    /// <exception cref="InvalidOperationException">The column is of another schema.</exception>
    public static bool IsActive(this bool[] active, DataViewSchema.Column column) =>
        column.Index < active.Length
            ? active[column.Index]
            : throw new InvalidOperationException($"The column '{column.Name}' is not one of the {active.Length} columns of this row.");

    /// <exception cref="InvalidOperationException">The column was not asked for, or is of another schema.</exception>
    public static void ThrowIfInactive(this bool[] active, DataViewSchema.Column column)
    {
        if (!active.IsActive(column))
            throw new InvalidOperationException($"The column '{column.Name}' is not active: it was not among the columns that this cursor or row was made for.");
    }
}
