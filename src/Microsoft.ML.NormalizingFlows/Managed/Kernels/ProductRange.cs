namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// Parts of a product that are known to be zero, or not wanted, and are passed over: row r needs the depths from
/// <c>From[r]</c> to before <c>To[r]</c>, and columns before <c>Columns[r]</c>. Each list never falls, or is empty where it
/// says nothing.
/// </summary>
internal readonly ref struct ProductRange
{
    public ReadOnlySpan<int> From { get; init; }

    public ReadOnlySpan<int> To { get; init; }

    public ReadOnlySpan<int> Columns { get; init; }
}
