namespace Microsoft.ML.Data;

/// <summary>
/// The schema of an input with columns added: a new name goes to the end, a name that exists goes behind the last column
/// of that name and hides it.
/// </summary>
internal sealed class ColumnBindings
{
    // Where a column comes from: an input column, or the complement of an added one.
    private readonly int[] _origin;

    public ColumnBindings(DataViewSchema input, DataViewSchema.DetachedColumn[] added)
    {
        Input = input;
        var columns = input.Select(column => (Origin: column.Index, Column: new DataViewSchema.DetachedColumn(column))).ToList();
        for (var i = 0; i < added.Length; i++)
        {
            var last = columns.FindLastIndex(column => column.Column.Name == added[i].Name);
            columns.Insert(last < 0 ? columns.Count : last + 1, (~i, added[i]));
        }
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Select(column => column.Column));
        Schema = builder.ToSchema();
        _origin = columns.Select(column => column.Origin).ToArray();
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Schema { get; }

    /// <summary>Whether a column is passed through, and then its index in the input; else its index among the added.</summary>
    public bool IsInput(int column, out int index)
    {
        index = _origin[column] < 0 ? ~_origin[column] : _origin[column];
        return _origin[column] >= 0;
    }
}
