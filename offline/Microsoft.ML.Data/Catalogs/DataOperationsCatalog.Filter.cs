using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>The rows whose value is at least the lower and below the upper bound.</summary>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName,
        double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckNonEmpty(columnName, nameof(columnName));
        _env.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be less than lowerBound");
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw _env.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        if (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double)
            throw _env.ExceptParam("Column", $"Column '{columnName}' does not have compatible type");
        return new FilteredDataView(_env.Register("RangeFilter"), input, [column.Index], row =>
        {
            var value = NumberOf(row, row.Schema[column.Index]);
            return () => value() is var number && number >= lowerBound && number < upperBound;
        });
    }

    private static Func<double> NumberOf(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == NumberDataViewType.Double)
            return Current(row.GetGetter<double>(column));
        var current = Current(row.GetGetter<float>(column));
        return () => current();
    }

    private static Func<T> Current<T>(ValueGetter<T> getter) => () =>
    {
        T value = default;
        getter(ref value);
        return value;
    };
}
