namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The value of each feature that the flow counts from: a median, so that it is one of the values and outliers do not move it. Differences
/// from it are taken in Double before anything becomes Single, which has 24 bits: of Unix seconds or UTM metres it would keep nothing of a
/// spread of one.
/// </summary>
internal sealed class FeatureOrigin
{
    /// <summary>Rows at the beginning of the table that it is found by: it has to lie among the values, no more.</summary>
    private const int MaximumRows = 1_000;

    private const int MinimumRows = 32;

    /// <summary>Values of Single that are no further from 0 than that many times their spread are counted from 0: they lose nothing by it.</summary>
    private const double NearZero = 64;

    /// <summary>Values kept for it, about.</summary>
    private const int MaximumValues = 1 << 20;

    private readonly Lazy<IReadOnlyList<double>> _values;

    private FeatureOrigin(Func<IReadOnlyList<double>> find) => _values = new Lazy<IReadOnlyList<double>>(find);

    /// <summary>The origins, D values; 0 of a feature without a finite value. Where they are not known, rows are read when they are first asked for.</summary>
    public IReadOnlyList<double> Values => _values.Value;

    public static FeatureOrigin Of(IReadOnlyList<double> values) => new(() => values);

    /// <summary>That of a column of a table; 0 of a key.</summary>
    public static FeatureOrigin Of(IDataView view, DataViewSchema.Column column) =>
        new(() => column.Type is Data.KeyDataViewType ? new double[FeatureColumn.Size(column)] : Find(view, column));

    private static double[] Find(IDataView view, DataViewSchema.Column column)
    {
        int dimensions = FeatureColumn.Size(column);
        int capacity = Math.Clamp(MaximumValues / dimensions, MinimumRows, MaximumRows);
        var found = new List<double>[dimensions];
        for (int i = 0; i < dimensions; i++)
            found[i] = [];
        var row = new double[dimensions];
        using var cursor = view.GetRowCursor([column]);
        var read = FeatureReader.Values(cursor, column);
        for (int count = 0; count < capacity && cursor.MoveNext(); count++)
        {
            read(row);
            for (int i = 0; i < dimensions; i++)
            {
                if (double.IsFinite(row[i]))
                    found[i].Add(row[i]);
            }
        }
        return [.. found.Select(values => Of(values, isSingle: !FeatureColumn.IsDouble(column)))];
    }

    private static double Of(List<double> values, bool isSingle)
    {
        if (values.Count == 0)
            return 0;
        double median = Median(values);
        return isSingle && Math.Abs(median) <= NearZero * Median([.. values.Select(value => Math.Abs(value - median))]) ? 0 : median;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
