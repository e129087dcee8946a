using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>Finds the columns that options speak of, and what cannot be meant, before a row is read.</summary>
internal static class ColumnRules
{
    /// <summary>The columns of a table with their options.</summary>
    /// <exception cref="ArgumentException">A column is unknown or of a type that cannot be drawn, or an option does not fit its type.</exception>
    public static TableColumn[] Apply(DataViewSchema schema, IReadOnlyDictionary<string, SynthesizerColumnOptions> options)
    {
        DataViewSchema.Column[] visible = [.. schema.Where(column => !column.IsHidden)];
        if (options.Keys.FirstOrDefault(name => visible.All(column => column.Name != name)) is { } unknown)
            throw new ArgumentException($"{nameof(SynthesizerOptions.Columns)} names '{unknown}', which the table does not have: its columns are {string.Join(", ", visible.Select(column => column.Name))}.");
        TableColumn[] columns = [.. visible.Select(column => TableColumn.Of(column, options.GetValueOrDefault(column.Name) ?? new SynthesizerColumnOptions()))];
        foreach (var column in columns)
            Check(column);
        if (columns.All(column => column.Options.Unique))
            throw new ArgumentException(columns.Length == 0 ? "The table has no columns to learn." : "All columns of the table are unique keys, which leaves nothing to learn: drop one of these rules.");
        return columns;
    }

    private static void Check(TableColumn column)
    {
        var options = column.Options;
        bool isDate = column.Type is DateTimeDataViewType, isNumber = column.Type is NumberDataViewType;
        if (options.Kind == ColumnKind.Number && !isNumber && !isDate && column.Type is not TimeSpanDataViewType || options.Kind is ColumnKind.WholeNumber or ColumnKind.Date && !isNumber)
            throw Error($"to be a {options.Kind}", "it is " + column.Type, "convert it, or leave it a category");
        if (options.HasNumberRules && !(isNumber && column.IsNumber))
            throw Error("to have a step or a least or greatest number", isNumber ? "a category has no order" : "it is " + column.Type, isDate ? "use Earliest and Latest" : "drop the rule");
        if (options.HasDateRules && !(isDate && column.IsNumber))
            throw Error("to have a first or last date", isDate ? "a category has no order" : "it is " + column.Type, "drop the rule");
        if (options.Unique && column.Type is BooleanDataViewType)
            throw Error("to have unique keys", "it is " + column.Type, "drop the rule");

        ArgumentException Error(string rule, string problem, string remedy) => new($"The column '{column.Name}' is {rule}, but {problem}: {remedy}.");
    }
}
