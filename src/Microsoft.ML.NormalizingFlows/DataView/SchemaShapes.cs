namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Makes a <see cref="SchemaShape"/>, whose columns have no public constructor.</summary>
internal static class SchemaShapes
{
    /// <summary>The shape of a whole schema, annotations included.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>The shape of a table with columns added; one that has the name of an added column is hidden and left out.</summary>
    public static SchemaShape With(SchemaShape input, IReadOnlyList<AddedColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        var added = Of(builder.ToSchema());
        return new SchemaShape(input.Where(column => added.All(other => other.Name != column.Name)).Concat(added));
    }
}
