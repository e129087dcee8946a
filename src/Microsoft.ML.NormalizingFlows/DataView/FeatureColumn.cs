using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// Finds the feature column of a schema, or the context column (<see cref="ColumnRole"/>), and checks it: a vector of known size or a scalar, of
/// Single or Double; a context may be a key. Every error is one sentence that names the column, what was found, and what to do.
/// </summary>
internal static class FeatureColumn
{
    /// <summary>The column of that name; its size is <see cref="Size"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, ColumnRole role)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(role, name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Type is VectorDataViewType { IsKnownSize: false })
            throw UnknownSize(role, name, $" ({column.Type})");
        if (!IsNumber(column.Type is VectorDataViewType vector ? vector.ItemType : column.Type) && !(role.TakesKeys && column.Type is KeyDataViewType))
            throw WrongType(role, name, column.Type.ToString()!);
        if (Size(column) > FlowLimits.Dimensions)
            throw Error(FormattableString.Invariant($"The {role.Name} column '{name}' has {Size(column):N0} values a row, but at most {FlowLimits.Dimensions:N0} are possible: choose fewer columns or reduce them first, such as with ProjectToPrincipalComponents."));
        return column;
    }

    /// <summary>The feature column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name) => Find(schema, name, ColumnRole.Feature);

    /// <summary>The feature column of that name, which must have the <paramref name="dimensions"/> of the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, int dimensions) =>
        OfSize(Find(schema, name), ColumnRole.Feature, dimensions, isKey: false);

    /// <summary>The context column of that name, which must be what the model was trained on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, int size, bool isKey) =>
        OfSize(Find(schema, name, ColumnRole.Context), ColumnRole.Context, size, isKey);

    /// <summary>The column of that name with so many coordinates of a latent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size.</exception>
    public static DataViewSchema.Column FindLatent(DataViewSchema schema, string name, int dimensions)
    {
        var column = Find(schema, name, ColumnRole.Latent);
        return Size(column) == dimensions ? column
            : throw Error($"The latent column '{name}' has {Size(column)} values a row ({column.Type}), but the latent of the model has {dimensions} dimensions.");
    }

    /// <summary>Checks the column of that name in a schema that is only promised, where sizes are not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static void Check(SchemaShape shape, string name, ColumnRole? role = null)
    {
        role ??= ColumnRole.Feature;
        if (!shape.Any(column => column.Name == name))
            throw Missing(role, name, shape.Select(column => column.Name));
        var found = shape.First(column => column.Name == name);
        if (found.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw UnknownSize(role, name, "");
        bool isKey = role.TakesKeys && found.IsKey && found.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!isKey && (found.IsKey || !IsNumber(found.ItemType)))
            throw WrongType(role, name, found.IsKey ? $"a key of {found.ItemType}" : found.ItemType.ToString()!);
    }

    /// <summary>The number of values of a row, a key's as a one-hot vector.</summary>
    public static int Size(DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType vector => vector.Size,
        KeyDataViewType key => (int)Math.Min(key.Count, int.MaxValue),
        _ => 1,
    };

    /// <summary>Whether its values are of Double, not Single.</summary>
    public static bool IsDouble(DataViewSchema.Column column) =>
        (column.Type is VectorDataViewType vector ? vector.ItemType : column.Type).Equals(NumberDataViewType.Double);

    /// <summary>The names of the slots, or of the values of a key; null where there are none.</summary>
    public static IReadOnlyList<string>? SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        else if (column.Type is KeyDataViewType && column.HasKeyValues(TextDataViewType.Instance))
            column.GetKeyValues(ref names);
        else
            return null;
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static DataViewSchema.Column OfSize(DataViewSchema.Column column, ColumnRole role, int size, bool isKey)
    {
        if (Size(column) != size || column.Type is KeyDataViewType != isKey)
            throw Error($"The {role.Name} column '{column.Name}' has {Size(column)} values a row ({column.Type}), but the model was trained on {(isKey ? $"a key of {size}" : size)}: give it {(isKey ? "a key with the same values" : "the same columns in the same order")}.");
        return column;
    }

    private static bool IsNumber(DataViewType type) => type.Equals(NumberDataViewType.Single) || type.Equals(NumberDataViewType.Double);

    private static ArgumentOutOfRangeException Missing(ColumnRole role, string name, IEnumerable<string> columns)
    {
        var names = columns.ToList();
        string list = string.Join(", ", names.Take(20)) + (names.Count > 20 ? ", ..." : "");
        return Error($"There is no {role.Name} column '{name}' in the data, whose columns are {list}: set {role.Option} to one of them, or make the column with Concatenate.");
    }

    private static ArgumentOutOfRangeException UnknownSize(ColumnRole role, string name, string type) =>
        Error($"The {role.Name} column '{name}' is a vector of unknown size{type}, but every row must have the same number of values: make the column with Concatenate from columns of known size.");

    private static ArgumentOutOfRangeException WrongType(ColumnRole role, string name, string type) =>
        Error($"The {role.Name} column '{name}' is {type}, but a vector of known size or a scalar, of Single or Double,{(role.TakesKeys ? " or a key" : "")} is needed: convert the column with ConvertType{(role.TakesKeys ? " or MapValueToKey" : "")}, or make one with Concatenate.");

    // ML.NET's own type of exception for a schema that does not fit.
    private static ArgumentOutOfRangeException Error(string message) => new("inputSchema", message);
}
