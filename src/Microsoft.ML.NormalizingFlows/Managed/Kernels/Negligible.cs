namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// What is nothing beside the numbers that it is added to, and is set to zero where it arises. Left alone, products of such numbers fall below
/// 1.2e-38, where float32 has subnormal numbers only: many processors take a hundred times as long for one of these as for any other.
/// Each bound is so far above that, that products of a training step with one number below the bound stay normal.
/// </summary>
internal static class Negligible
{
    /// <summary>A probability that a gradient is weighted with.</summary>
    public const float Share = 1e-12f;

    /// <summary>What shares that a gradient does without may sum to: as much as float32 rounds in a pass through a flow.</summary>
    public const float LeftOut = 1e-5f;

    /// <summary>An element of a gradient whose square is needed.</summary>
    public const float Gradient = 1e-15f;

    /// <summary>The running mean of such an element, which decays by a tenth a step where the element stays 0.</summary>
    public const float Mean = 1e-20f;

    /// <summary>The running mean of its square.</summary>
    public const float Square = 1e-30f;

    /// <summary>A coordinate of a standardised point, or something learned, which weight decay may take towards 0 without end.</summary>
    public const float Value = 1e-30f;
}
