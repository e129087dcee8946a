namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// The left factor A of a product: element (r, k) stands at <c>r RowStride + k DepthStride</c>, so that a matrix and its
/// transpose are the same array, read in two ways.
/// </summary>
internal readonly ref struct LeftFactor(ReadOnlySpan<float> values, int rowStride, int depthStride)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public int RowStride { get; } = rowStride;

    public int DepthStride { get; } = depthStride;
}
