using Microsoft.ML.NormalizingFlows.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Flows;

/// <summary>
/// Holds a raw parameter within (-limit, limit): <c>u / (1 + |u| / limit)</c>. The slope is 1 at 0 and positive
/// everywhere, so that learning never gets stuck, and no raw value however large leads to a map too steep for float32.
/// The limits keep all steepness within a factor of a thousand.
/// </summary>
internal static class SoftLimit
{
    /// <summary>For the raw slopes of a spline at its knots, which softplus leaves as they are where large.</summary>
    public const double Slope = 1000;

    /// <summary>
    /// ln(1000) / 2: exponentials of two values differ by a factor of a thousand at most. For the width and height
    /// logits of a spline, and for log-scales, which are multiplied layer after layer.
    /// </summary>
    public const double Logarithm = 3.4538776394910684;

    public static Tensor Apply(Tensor raw, double limit) => raw / raw.abs().Times(1 / limit).Plus(1);
}
