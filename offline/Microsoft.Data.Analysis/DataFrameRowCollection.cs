namespace Microsoft.Data.Analysis;

/// <summary>The rows of a data frame.</summary>
public class DataFrameRowCollection
{
    private readonly DataFrame _frame;

    internal DataFrameRowCollection(DataFrame frame) => _frame = frame;

    public long Count => _frame.Columns.Count > 0 ? _frame.Columns[0].Length : 0;
}
