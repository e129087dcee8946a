using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>Finds the columns that a synthesizer has learned in another table.</summary>
internal static class LearnedColumns
{
    /// <summary>Each of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing, or of another type.</exception>
    public static IEnumerable<DataViewSchema.Column> Find(DataViewSchema schema, IEnumerable<TableColumn> learned)
    {
        foreach (var column in learned)
            yield return Find(schema, column)
                ?? throw Error($"There is no column '{column.Name}' in the data, whose columns are {Names(schema)}: give the columns that the synthesizer has learned.");
    }

    /// <summary>
    /// One of them; null where the table does not have it. Whole numbers, dates and truth values have another type where some are missing
    /// (<see cref="FrameNulls.WithMissing"/>), which may be so in one table alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is of another type.</exception>
    public static DataViewSchema.Column? Find(DataViewSchema schema, TableColumn learned)
    {
        if (schema.GetColumnOrNull(learned.Name) is not { } column)
            return null;
        var (withMissing, isWhole) = (FrameNulls.WithMissing(learned.Type), learned.Type is NumberDataViewType);
        bool fits = column.Type.Equals(learned.Type) || column.Type.Equals(withMissing) || learned.Type.Equals(FrameNulls.WithMissing(column.Type))
            || withMissing is not null && isWhole && column.Type.Equals(NumberDataViewType.Single);
        return fits
            ? column
            : throw Error($"The column '{learned.Name}' is {column.Type}, but {learned.Type} was learned: convert the column.");
    }

    /// <summary>The error of a table that has none of them.</summary>
    public static ArgumentOutOfRangeException None(DataViewSchema schema, IReadOnlyList<TableColumn> learned) =>
        Error($"The data has none of the columns that the synthesizer has learned, {string.Join(", ", learned.Select(column => column.Name))}, but {Names(schema)}: give rows of which some values are known.");

    private static string Names(DataViewSchema schema) => string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => column.Name));

    // ML.NET's own type of exception for a schema that does not fit.
    private static ArgumentOutOfRangeException Error(string message) => new("inputSchema", message);
}
