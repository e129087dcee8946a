namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The arithmetic of q(z|x) = N(m, diag s^2), see <see cref="ContinuousLatentSpec"/>; both engines compute by it.</summary>
internal static class ContinuousPosterior
{
    private const float Range = ContinuousLatentSpec.LogDeviationRange, Center = ContinuousLatentSpec.LogDeviationCenter;

    /// <summary>Replaces raw numbers by ln s.</summary>
    /// <param name="raw">(d, columns), rows <paramref name="stride"/> apart.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="stride">From one row to the next.</param>
    public static void LogDeviations(Span<float> raw, int dimensions, int columns, int stride)
    {
        for (int j = 0; j < dimensions; j++)
        {
            foreach (ref float value in raw.Slice(j * stride, columns))
                value = Range * MathF.Tanh(value / Range) + Center;
        }
    }

    /// <summary>d ln s by the raw number, from ln s.</summary>
    public static float Slope(float logDeviation)
    {
        float tanh = (logDeviation - Center) / Range;
        return 1 - tanh * tanh;
    }

    /// <summary>KL(q || p) of one dimension.</summary>
    public static float Divergence(float mean, float logDeviation) => 0.5f * (mean * mean + MathF.Exp(2 * logDeviation) - 1) - logDeviation;
}
