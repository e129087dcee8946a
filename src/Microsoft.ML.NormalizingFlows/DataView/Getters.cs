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
