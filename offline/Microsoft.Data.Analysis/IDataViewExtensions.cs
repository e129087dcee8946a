using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Views as data frames.</summary>
public static class IDataViewExtensions
{
    public static DataFrame ToDataFrame(this IDataView dataView, long maxRows = 100) => dataView.ToDataFrame(maxRows, null);

    public static DataFrame ToDataFrame(this IDataView dataView, params string[] selectColumns) =>
        dataView.ToDataFrame(100, selectColumns);

    public static DataFrame ToDataFrame(this IDataView dataView, long maxRows, params string[] selectColumns)
    {
        var active = dataView.Schema
            .Where(column => !column.IsHidden && (selectColumns is not { Length: > 0 } || selectColumns.Contains(column.Name)))
            .ToArray();
        var columns = active.Select(CreateColumn).ToArray();
        using var cursor = dataView.GetRowCursor(active);
        var getters = columns.Zip(active, (column, source) => column.GetValueGetterUsingCursor(cursor, source)).ToArray();
        while (cursor.MoveNext() && (maxRows == -1 || cursor.Position < maxRows))
        {
            foreach (var (column, getter) in columns.Zip(getters))
                column.AddValueUsingCursor(cursor, getter);
        }
        return new DataFrame(columns);
    }

    private static DataFrameColumn CreateColumn(DataViewSchema.Column column) => column.Type switch
    {
        BooleanDataViewType => new BooleanDataFrameColumn(column.Name),
        DateTimeDataViewType => new DateTimeDataFrameColumn(column.Name),
        TextDataViewType => new StringDataFrameColumn(column.Name),
        NumberDataViewType number when number == NumberDataViewType.Single => new SingleDataFrameColumn(column.Name),
        NumberDataViewType number when number == NumberDataViewType.Double => new DoubleDataFrameColumn(column.Name),
        NumberDataViewType number when number == NumberDataViewType.Int32 => new Int32DataFrameColumn(column.Name),
        NumberDataViewType number when number == NumberDataViewType.Int64 => new Int64DataFrameColumn(column.Name),
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Single => new VBufferDataFrameColumn<float>(column.Name),
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Double => new VBufferDataFrameColumn<double>(column.Name),
        _ => throw new NotSupportedException($"{column.Type.RawType.Name} is not a supported column type."),
    };
}
