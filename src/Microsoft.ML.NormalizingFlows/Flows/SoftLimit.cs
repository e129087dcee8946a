using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Flows;

/// <summary>
/// Holds a raw parameter within (-limit, limit): <c>u / (1 + |u| / limit)</c>. The slope is 1 at 0 and positive
/// everywhere, so that learning never gets stuck, and no raw value however large leads to a map too steep for float32.
/// The limits are those of Zuko's spline: all steepness within a factor of a thousand.
/// </summary>
internal static class SoftLimit
{
    /// <summary>ln 1000: its exponential lies in [1/1000, 1000]. For the slopes of a spline at its knots.</summary>
    public const double Wide = 6.907755278982137;

    /// <summary>
    /// ln(1000) / 2: exponentials of two values differ by a factor of a thousand at most. For the width and height
    /// logits of a spline, and for log-scales, which are multiplied layer after layer.
    /// </summary>
    public const double Narrow = Wide / 2;

    public static Tensor Apply(Tensor raw, double limit) => raw / (1 + raw.abs() / limit);
}
