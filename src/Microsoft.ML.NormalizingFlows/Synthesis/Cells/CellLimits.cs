namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Bounds of numbers.</summary>
internal static class CellLimits
{
    /// <summary>A softmax in Single precision tells probabilities down to about e^-87; what is below counts as this.</summary>
    public const double MinimumProbability = 1e-37;
}
