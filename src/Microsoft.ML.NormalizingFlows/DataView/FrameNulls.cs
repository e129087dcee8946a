using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The nulls of a DataFrame. It is an <see cref="IDataView"/>, but where the type of a column has no missing value, its cursor gives the default of the
/// type for a null: 0, false, 0001-01-01. This package does not refer to that of the DataFrame, so that the columns are found by name.
/// </summary>
internal static class FrameNulls
{
    private const string FrameType = "Microsoft.Data.Analysis.DataFrame";

    public static bool IsFrame(IDataView view) => view.GetType().FullName == FrameType;

    /// <summary>Which rows are null, of each column that has nulls and a type that hides them; null where the view is no DataFrame.</summary>
    public static IReadOnlyDictionary<string, bool[]>? Of(IDataView view)
    {
        if (!IsFrame(view) || view.GetType().GetProperty("Columns")?.GetValue(view) is not IEnumerable columns)
            return null;
        var found = new Dictionary<string, bool[]>();
        foreach (object column in columns)
        {
            if (column is not IEnumerable values || column.GetType().GetProperty("Name")?.GetValue(column) is not string name
                || view.Schema.GetColumnOrNull(name) is not { } own || !Hides(own.Type))
            {
                continue;
            }
            bool[] nulls = [.. values.Cast<object?>().Select(value => value is null)];
            if (nulls.Contains(true))
                found[name] = nulls;
        }
        return found;
    }

    // Single and Double have NaN, a text is empty.
    private static bool Hides(DataViewType type) => NumberGetter.IsNumber(type) && !type.Equals(NumberDataViewType.Single) && !type.Equals(NumberDataViewType.Double);
}
