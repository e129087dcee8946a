using System.Collections.ObjectModel;

namespace Microsoft.Data.Analysis;

/// <summary>The columns of a data frame: of one length, under different names.</summary>
public class DataFrameColumnCollection : Collection<DataFrameColumn>
{
    private readonly Action _changed;

    internal DataFrameColumnCollection(IEnumerable<DataFrameColumn> columns, Action changed)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _changed = changed;
        foreach (var column in columns)
            Add(column);
    }

    public DataFrameColumn this[string columnName] => this.FirstOrDefault(column => column.Name == columnName)
        ?? throw new ArgumentException($"Column '{columnName}' does not exist", nameof(columnName));

    protected override void InsertItem(int columnIndex, DataFrameColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (Count > 0 && column.Length != this[0].Length)
            throw new ArgumentException("Column lengths are mismatched", nameof(column));
        if (this.Any(other => other.Name == column.Name))
            throw new ArgumentException($"DataFrame already contains a column called {column.Name}", nameof(column));
        base.InsertItem(columnIndex, column);
        _changed();
    }

    protected override void RemoveItem(int columnIndex)
    {
        base.RemoveItem(columnIndex);
        _changed();
    }
}
