namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// A feature that had one value in all training rows. Any other value, however near, was never seen: it counts as far outside of the narrow
/// Normal that stands for the constant.
/// </summary>
/// <param name="Feature">Its place.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct ConstantFeature(int Feature, float Value)
{
    /// <summary>Width of the Normal, relative to the value where that is above 1.</summary>
    private const float RelativeWidth = 1e-3f;

    /// <summary>How far out another value is at least, in widths: half the square of it in nats.</summary>
    private const float Distance = 1e3f;

    /// <summary>The standard deviation of the Normal that stands for a constant.</summary>
    public static float Width(float value) => RelativeWidth * Math.Max(1, Math.Abs(value));

    /// <summary>How far from the constant another value counts at least.</summary>
    public static float LeastDistance(float value) => Distance * Width(value);

    /// <summary>Moves another value away from the constant.</summary>
    public void Mark(Span<float> row)
    {
        float difference = row[Feature] - Value, least = LeastDistance(Value);
        if (difference != 0 && Math.Abs(difference) < least)
            row[Feature] = Value + MathF.CopySign(least, difference);
    }
}
