namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// Where the values of one <c>NamedArray</c> stand in the flat vector: <paramref name="Places"/>, in the order of the
/// array, -1 for a weight that a mask cuts.
/// </summary>
internal sealed record NamedPlace(string Name, long[] Shape, int[] Places);
