namespace Microsoft.Data.Analysis;

/// <summary>A table in memory, column by column.</summary>
public partial class DataFrame
{
    public DataFrame(IEnumerable<DataFrameColumn> columns)
    {
        Columns = new DataFrameColumnCollection(columns, () => _schema = null);
        Rows = new DataFrameRowCollection(this);
    }

    public DataFrame(params DataFrameColumn[] columns)
        : this(columns.AsEnumerable())
    {
    }

    public DataFrameColumnCollection Columns { get; }

    public DataFrameRowCollection Rows { get; }

    public DataFrameColumn this[string columnName] => Columns[columnName];

    /// <summary>The first rows; there have to be as many.</summary>
    public DataFrame Head(int numberOfRows) => numberOfRows <= Rows.Count
        ? Pick([.. Enumerable.Range(0, numberOfRows).Select(row => (long)row)])
        : throw new NotSupportedException($"The offline stand-in has no first {numberOfRows} of {Rows.Count} rows.");

    public DataFrame OrderByDescending(string columnName, bool putNullValuesLast = true) => Pick(Columns[columnName].RowsFromGreatest(putNullValuesLast));

    public object this[long rowIndex, int columnIndex]
    {
        get => Columns[columnIndex][rowIndex];
        set => Columns[columnIndex][rowIndex] = value;
    }

    private DataFrame Pick(IReadOnlyCollection<long> rows) => new(Columns.Select(column => column.Rows(rows)));
}
