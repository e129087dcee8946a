namespace Microsoft.ML.NormalizingFlows.Pipeline.Friend;

/// <summary>Makes a <see cref="SchemaShape"/>, whose columns have no public constructor.</summary>
internal static class SchemaShapes
{
    /// <summary>The shape of a whole schema, annotations included.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);
}
