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

    /// <summary>The arrays under a common name, <c>part/name</c>: several lists can then stand in one.</summary>
    public static IEnumerable<NamedArray> Under(string part, IEnumerable<NamedArray> arrays) =>
        arrays.Select(array => array with { Name = $"{part}/{array.Name}" });

    /// <summary>Those that stand under a common name, by their own names.</summary>
    public static IReadOnlyList<NamedArray> Of(string part, IEnumerable<NamedArray> arrays) =>
    [
        .. arrays.Where(array => array.Name.StartsWith(part + "/", StringComparison.Ordinal)).Select(array => array with { Name = array.Name[(part.Length + 1)..] }),
    ];
}
