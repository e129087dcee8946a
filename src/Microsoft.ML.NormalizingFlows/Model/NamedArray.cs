namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One learned array: its name in the model, its shape, and its values in row-major order.</summary>
internal sealed record NamedArray(string Name, long[] Shape, float[] Values);

/// <summary>Looks into lists of <see cref="NamedArray"/>.</summary>
internal static class NamedArrays
{
    /// <summary>The array of a name, of the shape that it must have.</summary>
    /// <exception cref="InvalidDataException">It is missing or has another shape.</exception>
    public static NamedArray Find(IReadOnlyDictionary<string, NamedArray> arrays, string name, long[] shape)
    {
        if (!arrays.TryGetValue(name, out var array))
            throw new InvalidDataException($"The model is damaged: array '{name}' is missing.");
        if (!array.Shape.AsSpan().SequenceEqual(shape) || array.Values.LongLength != shape.Aggregate(1L, (a, b) => a * b))
        {
            throw new InvalidDataException(
                $"The model is damaged: array '{name}' has shape ({string.Join(", ", array.Shape)}), not ({string.Join(", ", shape)}).");
        }
        return array;
    }
}
