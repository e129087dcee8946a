using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Where the M components of a mixture base start: equal weights, means drawn from N(0, a^2 I) and variances 1 - a^2, so that together
/// they are near N(0, I). With <c>a = min(1/2, 1 / sqrt(D))</c> a mean is about one standard deviation from the origin whatever D
/// is: near enough to cost next to nothing, and apart enough that components become different ones.
/// </summary>
internal static class MixtureBaseStart
{
    private const double LargestSpread = 0.5;

    /// <summary>Logits of equal weights, (M).</summary>
    public static float[] Logits(FlowArchitecture architecture) => new float[architecture.BaseComponents];

    /// <summary>(M, D), from the seed of the architecture.</summary>
    public static float[] Means(FlowArchitecture architecture)
    {
        var means = new float[architecture.BaseComponents * architecture.Dimensions];
        RandomStream.For(architecture.Seed, "base").FillNormal(means);
        float spread = (float)Spread(architecture);
        foreach (ref float mean in means.AsSpan())
            mean *= spread;
        return means;
    }

    /// <summary>(M, D).</summary>
    public static float[] LogScales(FlowArchitecture architecture)
    {
        var logScales = new float[architecture.BaseComponents * architecture.Dimensions];
        Array.Fill(logScales, (float)(0.5 * Math.Log(1 - Math.Pow(Spread(architecture), 2))));
        return logScales;
    }

    private static double Spread(FlowArchitecture architecture) => Math.Min(LargestSpread, 1 / Math.Sqrt(architecture.Dimensions));
}
