using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// Finds the feature column of a schema and checks it: a vector of known size or a scalar, of Single or Double. Every error
/// is one sentence that names the column, what was found, and what to do.
/// </summary>
internal static class FeatureColumn
{
    /// <summary>The column of that name; its size is <see cref="Size"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Type is VectorDataViewType { IsKnownSize: false })
            throw Error($"The feature column '{name}' is a vector of unknown size ({column.Type}), but every row must have the same number of values: make the column with Concatenate from columns of known size.");
        if (!IsNumber(column.Type is VectorDataViewType vector ? vector.ItemType : column.Type))
            throw WrongType(name, column.Type.ToString()!);
        if (Size(column) > FlowLimits.Dimensions)
            throw Error(FormattableString.Invariant($"The feature column '{name}' has {Size(column):N0} values a row, but at most {FlowLimits.Dimensions:N0} are possible: choose fewer columns or reduce them first, such as with ProjectToPrincipalComponents."));
        return column;
    }

    /// <summary>The column of that name, which must have the <paramref name="dimensions"/> of the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, int dimensions)
    {
        var column = Find(schema, name);
        if (Size(column) != dimensions)
            throw Error($"The feature column '{name}' has {Size(column)} values a row ({column.Type}), but the model was trained on {dimensions}: give it the same columns in the same order.");
        return column;
    }

    /// <summary>Checks the column of that name in a schema that is only promised, where sizes are not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static void Check(SchemaShape shape, string name)
    {
        if (!shape.Any(column => column.Name == name))
            throw Missing(name, shape.Select(column => column.Name));
        var found = shape.First(column => column.Name == name);
        if (found.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw Error($"The feature column '{name}' is a vector of unknown size, but every row must have the same number of values: make the column with Concatenate from columns of known size.");
        if (found.IsKey || !IsNumber(found.ItemType))
            throw WrongType(name, found.IsKey ? $"a key of {found.ItemType}" : found.ItemType.ToString()!);
    }

    /// <summary>D, the number of values of a row.</summary>
    public static int Size(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>Whether its values are of Double, not Single.</summary>
    public static bool IsDouble(DataViewSchema.Column column) =>
        (column.Type is VectorDataViewType vector ? vector.ItemType : column.Type).Equals(NumberDataViewType.Double);

    /// <summary>The names of the slots; null where there are none.</summary>
    public static IReadOnlyList<string>? SlotNames(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static bool IsNumber(DataViewType type) => type.Equals(NumberDataViewType.Single) || type.Equals(NumberDataViewType.Double);

    private static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> columns)
    {
        var names = columns.ToList();
        string list = string.Join(", ", names.Take(20)) + (names.Count > 20 ? ", ..." : "");
        return Error($"There is no feature column '{name}' in the data, whose columns are {list}: set FeatureColumnName to one of them, or make the column with Concatenate.");
    }

    private static ArgumentOutOfRangeException WrongType(string name, string type) =>
        Error($"The feature column '{name}' is {type}, but a vector of known size or a scalar, of Single or Double, is needed: convert the column with ConvertType, or make one with Concatenate.");

    // ML.NET's own type of exception for a schema that does not fit.
    private static ArgumentOutOfRangeException Error(string message) => new("inputSchema", message);
}
