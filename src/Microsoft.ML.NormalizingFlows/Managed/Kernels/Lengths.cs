namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>Lengths in memory.</summary>
internal static class Lengths
{
    /// <summary>The least multiple of <paramref name="unit"/> that is not below <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int unit) => checked((length + unit - 1) / unit * unit);
}
