using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A column bound to a member of a row class.</summary>
internal sealed record BoundColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public static BoundColumn[] Bind(Type rowType, SchemaDefinition definition, SchemaDefinition.Direction direction) =>
        (definition ?? SchemaDefinition.Create(rowType, direction)).Select(column => Bind(rowType, column)).ToArray();

    public static DataViewSchema SchemaOf(BoundColumn[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    private static BoundColumn Bind(Type rowType, SchemaDefinition.Column column)
    {
        const string Argument = "userSchemaDefinition";
        var member = RowMembers.Find(rowType, column.MemberName);
        var itemType = RowMembers.ItemTypeOf(member, out var isVector);
        var name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        var type = column.ColumnType ?? RowMembers.ColumnTypeOf(member);
        if (isVector != type is VectorDataViewType)
        {
            throw Contracts.ExceptParam(null, Argument, $"Column '{name}' is supposed to be {Shape(type is VectorDataViewType)}, "
                + $"but type of associated field '{column.MemberName}' is {Shape(isVector)}");
        }
        if (type.ItemType().RawType != itemType)
        {
            throw Contracts.ExceptParam(null, Argument, $"Column '{name}' is supposed to have item type "
                + $"{type.ItemType().RawType}, but associated field has type {itemType}");
        }
        return new BoundColumn(name, type, member, column.Annotations);
    }

    private static string Shape(bool isVector) => isVector ? "vector" : "scalar";
}
