namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>What is the same for all splines of a flow.</summary>
/// <param name="Bins">K.</param>
/// <param name="Bound">B.</param>
/// <param name="LogitScale">The factor on width and height logits.</param>
internal readonly record struct SplineShape(int Bins, float Bound, float LogitScale)
{
    /// <summary>c0, the least share of a bin.</summary>
    public const float LeastSize = 1e-3f;

    /// <summary>c1, what softmax shares out.</summary>
    public float Share => 1 - LeastSize * Bins;
}
