namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// How many rows go through the model at once: few at first, so that the first rows of a long table cost little, then more.
/// </summary>
internal static class BatchSizes
{
    public const int First = 16;
    private const int MaximumRows = 1_024;
    private const int Growth = 4;
    private const int MaximumValues = 1 << 22;

    /// <summary>The size after a batch of <paramref name="size"/> rows of <paramref name="dimensions"/> values.</summary>
    public static int Next(int size, int dimensions) => Math.Max(size, Math.Min(size * Growth, Maximum(dimensions)));

    /// <summary>The largest batch of rows of <paramref name="dimensions"/> values.</summary>
    public static int Maximum(int dimensions) => Math.Clamp(MaximumValues / dimensions, First, MaximumRows);
}
