namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The numbers that hold parameters and values where float32 stays exact; both engines, and what starts a flow, keep to them.</summary>
internal static class ParameterLimits
{
    /// <summary>The largest standardised value: nothing behind it overflows float32, and a row further out gets the density of the nearest point there.</summary>
    public const double Standardized = 1e15;

    /// <summary>
    /// What a network sees of a value: itself within +-100, the nearest end beyond. Values are standardised, so this is a hundred standard
    /// deviations; further out a network has nothing to tell apart, and without a bound one far row would overflow its activations or, in
    /// training, drown all other rows.
    /// </summary>
    public const double NetworkInput = 100;

    /// <summary>The log-scale of a state or component: e^12 = 1.6e5 is more than any useful ratio of scales.</summary>
    public const double LogScale = 12;

    /// <summary>A component of the base that underflows even as a logarithm counts as this: -inf would make the posterior of states no number.</summary>
    public const double MinimumLogDensity = -1e38;

    /// <summary>What is added to softplus on the diagonal of U in an LU linear map.</summary>
    public const double MinimumDiagonal = 1e-3;

    /// <summary>The minimum of the diagonal of a state's whitening: no file can make its logarithm infinite.</summary>
    public const double MinimumWhitening = 1e-12;

    /// <summary>For the raw slopes of a spline at its knots, see <see cref="SoftLogarithm"/>; softplus leaves them as they are where large.</summary>
    public const double SoftSlope = 1000;

    /// <summary>
    /// ln(1000) / 2, for the width and height logits of a spline, and for log-scales, which are multiplied layer after layer: a raw value u becomes
    /// <c>u / (1 + |u| / limit)</c>, so that exponentials of two values differ by a factor of a thousand at most. The slope is 1 at 0 and
    /// positive everywhere: learning never gets stuck.
    /// </summary>
    public const double SoftLogarithm = 3.4538776394910684;

    /// <summary>The gain of a last layer: small, so that raw parameters start near 0 and a flow near the identity.</summary>
    public const float NearZero = 0.1f;
}
