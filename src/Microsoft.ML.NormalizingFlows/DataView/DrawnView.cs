namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Rows that are drawn block by block while they are read, every pass the same, in their order.</summary>
/// <param name="schema">Of the view.</param>
/// <param name="rows">How many.</param>
internal abstract class DrawnView(DataViewSchema schema, long rows) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        return CreateCursor([.. schema.Select(column => needed.Contains(column.Index))]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>A cursor that reads the active columns of all <see cref="Rows"/>.</summary>
    protected abstract DrawnRowCursor CreateCursor(bool[] active);

    protected long Rows => rows;
}
