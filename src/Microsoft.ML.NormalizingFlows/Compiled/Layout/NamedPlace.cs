namespace Microsoft.ML.NormalizingFlows.Compiled.Layout;

/// <summary>
/// Where the values of one <see cref="Models.NamedArray"/> stand in the flat vector: <paramref name="Places"/>, in the order of the
/// array, -1 for a weight that a mask cuts.
/// </summary>
internal sealed record NamedPlace(string Name, long[] Shape, int[] Places);
