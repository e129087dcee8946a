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

    /// <summary>A Double holds all whole numbers up to here.</summary>
    private const long ExactWhole = 1L << 53;

    public static bool IsFrame(IDataView view) => view.GetType().FullName == FrameType;

    /// <summary>
    /// Which rows are null, of each column that has nulls and a type that hides them, and the type in which they are missing; null where the view is no DataFrame.
    /// </summary>
    public static IReadOnlyDictionary<string, (bool[] Rows, DataViewType Type)>? Of(IDataView view)
    {
        if (!IsFrame(view) || view.GetType().GetProperty("Columns")?.GetValue(view) is not IEnumerable columns)
            return null;
        var found = new Dictionary<string, (bool[], DataViewType)>();
        foreach (object column in columns)
        {
            if (column is not IEnumerable values || column.GetType().GetProperty("Name")?.GetValue(column) is not string name
                || view.Schema.GetColumnOrNull(name) is not { } own || WithMissing(own.Type) is not { } type)
            {
                continue;
            }
            bool[] nulls = [.. values.Cast<object?>().Select(value => value is null)];
            if (nulls.Contains(true))
                found[name] = (nulls, values.Cast<object?>().Any(LosesDigits) ? TextDataViewType.Instance : type);
        }
        return found;
    }

    /// <summary>The view, or, where it is a DataFrame whose nulls its types hide, one in which they are missing.</summary>
    public static IDataView AsMissing(IDataView view) => Of(view) is { Count: > 0 } nulls ? new FrameView(view, nulls) : view;

    /// <summary>
    /// What to warn of where a DataFrame stands behind transforms of ML.NET, which have read its nulls already: of a column that they need not have used, so
    /// that it is no error. Null where there is nothing to say.
    /// </summary>
    public static string? WarningOf(IDataView view)
    {
        var source = view;
        while (!IsFrame(source) && source.GetType().GetProperty("Source")?.GetValue(source) is IDataView behind)
            source = behind;
        return source != view && Of(source) is { Count: > 0 } nulls
            ? $"The DataFrame behind the data has nulls in {string.Join(", ", nulls.Keys.Select(name => $"'{name}'"))}, which ML.NET has read as 0, false or 0001-01-01: begin with mlContext.Data.LoadFromDataFrame(frame), where they are missing values."
            : null;
    }

    /// <summary>
    /// The type of a column where it has missing values, which its own would hide: text for Boolean, else Double, dates in days as
    /// <see cref="DateTime.ToOADate"/> gives them; null where its own can hold them.
    /// </summary>
    public static DataViewType? WithMissing(DataViewType type) =>
        !Hides(type) ? null : type is BooleanDataViewType ? TextDataViewType.Instance : NumberDataViewType.Double;

    /// <summary>Reads the number that a value is in a column of Double <see cref="WithMissing"/>.</summary>
    public static Func<double> NumberOf(DataViewRow row, DataViewSchema.Column column) => column.Type is DateTimeDataViewType
        ? NumberGetter.Of<DateTime>(date => date == default ? 0 : date.ToOADate(), row, column)
        : NumberGetter.Create(row, column);

    // As Double.
    private static bool LosesDigits(object? value) => value is long and not (>= -ExactWhole and <= ExactWhole) or ulong and > (ulong)ExactWhole;

    // Single and Double have NaN, a text is empty.
    private static bool Hides(DataViewType type) => NumberGetter.IsNumber(type) && !type.Equals(NumberDataViewType.Single) && !type.Equals(NumberDataViewType.Double);
}
