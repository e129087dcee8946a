using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A row class with the column types and annotations of a schema, which can be more exact than the class.</summary>
internal static class SchemaBinding
{
    public static SchemaDefinition DefinitionOf<TRow>(IHostEnvironment env, DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            var bound = definition[column.Name] ?? throw env.Except($"Type should contain a member named {column.Name}");
            bound.ColumnType = column.Type;
            bound.SetAnnotations(column.Annotations);
        }
        return definition;
    }
}
