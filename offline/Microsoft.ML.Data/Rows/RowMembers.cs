using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The public fields and properties of a row class, and the column types that they stand for.</summary>
internal static class RowMembers
{
    public static IEnumerable<MemberInfo> Of(Type rowType, SchemaDefinition.Direction direction)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        var properties = rowType.GetProperties(Public)
            .Where(property => property.GetIndexParameters().Length == 0
                && ((direction.HasFlag(SchemaDefinition.Direction.Read) && property.GetGetMethod() is not null)
                    || (direction.HasFlag(SchemaDefinition.Direction.Write) && property.GetSetMethod() is not null)));
        return rowType.GetFields(Public).Concat<MemberInfo>(properties)
            .Where(member => TypeOf(member) != typeof(IChannel) && member.GetCustomAttribute<NoColumnAttribute>() is null);
    }

    public static MemberInfo Find(Type rowType, string name) =>
        (MemberInfo)rowType.GetField(name) ?? rowType.GetProperty(name)
        ?? throw Contracts.ExceptParam(null, "userSchemaDefinition", $"No field or property with name '{name}' found in type '{rowType.FullName}'");

    public static Type TypeOf(MemberInfo member) =>
        member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>The raw item type that a member holds, and whether it is a vector.</summary>
    public static Type ItemTypeOf(MemberInfo member, out bool isVector)
    {
        var type = TypeOf(member);
        isVector = true;
        if (type.IsArray)
            type = type.GetElementType();
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>))
            type = type.GetGenericArguments()[0];
        else
            isVector = false;
        if (!PrimitiveTypes.TryGet(type, out var columnType))
        {
            throw Contracts.ExceptParam(
                null, "rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        }
        return columnType.RawType;
    }

    public static DataViewType ColumnTypeOf(MemberInfo member)
    {
        var itemType = PrimitiveTypes.Of(ItemTypeOf(member, out var isVector));
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(itemType.RawType))
            {
                throw Contracts.ExceptParam(null, "userType", $"Member {member.Name} marked with KeyType attribute, "
                    + "but does not appear to be a valid kind of data for a key type");
            }
            itemType = new KeyDataViewType(itemType.RawType, key.Count);
        }
        var sizes = member.GetCustomAttribute<VectorTypeAttribute>();
        if (sizes is not null && !isVector)
        {
            throw Contracts.ExceptParam(null, "userType",
                $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        }
        if (!isVector)
            return itemType;
        return sizes?.Dims is { Length: > 0 } dimensions
            ? new VectorDataViewType(itemType, dimensions)
            : new VectorDataViewType(itemType);
    }
}
