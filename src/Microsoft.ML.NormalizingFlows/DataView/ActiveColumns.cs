namespace Microsoft.ML.NormalizingFlows.DataView;

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
