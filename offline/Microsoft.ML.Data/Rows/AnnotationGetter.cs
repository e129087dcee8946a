using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A getter of an annotation given as a .NET value: a scalar, a string, an array or a vector.</summary>
internal static class AnnotationGetter
{
    public static Delegate Of(object value, DataViewType type) => value switch
    {
        string text => Constant(text.AsMemory()),
        string[] texts => Vector(texts.Select(text => text.AsMemory()).ToArray()),
        Array array => Generic.Call<Delegate>(Vector<int>, array.GetType().GetElementType(), array),
        _ when type is VectorDataViewType vector => Generic.Call<Delegate>(CopyOf<int>, vector.ItemType.RawType, value),
        _ when value.GetType() == type.RawType => Generic.Call<Delegate>(Constant<int>, type.RawType, value),
        _ => throw Contracts.Except($"Value inputted is supposed to have Type {value.GetType()}, "
            + $"but type of Annotationinfo has {type.RawType}"),
    };

    private static ValueGetter<T> Constant<T>(T value) => (ref T destination) => destination = value;

    private static ValueGetter<VBuffer<T>> Vector<T>(T[] values) =>
        (ref VBuffer<T> destination) => VBuffer<T>.Copy(values, 0, ref destination, values.Length);

    private static ValueGetter<VBuffer<T>> CopyOf<T>(VBuffer<T> value) =>
        (ref VBuffer<T> destination) => value.CopyTo(ref destination);
}
