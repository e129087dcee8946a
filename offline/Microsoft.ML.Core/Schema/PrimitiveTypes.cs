using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The column type of a .NET type.</summary>
internal static class PrimitiveTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> OfType = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, BooleanDataViewType.Instance, TextDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
        RowIdDataViewType.Instance,
    }.ToDictionary(type => type.RawType);

    public static bool TryGet(Type rawType, out PrimitiveDataViewType type) =>
        OfType.TryGetValue(rawType == typeof(string) ? typeof(ReadOnlyMemory<char>) : rawType, out type);

    public static PrimitiveDataViewType Of(Type rawType) =>
        TryGet(rawType, out var type) ? type : throw Contracts.Except($"Bad type {rawType}");

    public static NumberDataViewType NumberOf(Type rawType) => (NumberDataViewType)Of(rawType);

    public static DataViewType ItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;
}
