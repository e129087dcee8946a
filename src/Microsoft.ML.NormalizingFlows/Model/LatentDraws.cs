using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The draws of a continuous latent that a row is scored by (Burda et al. 2016, Importance Weighted Autoencoders): from <c>r = 0.9 q(z|x) + 0.1 p(z)</c>,
/// whose weights <c>p(z) / r(z)</c> are at most 10, so that a row that the encoder has never seen the like of is not misjudged without bound. They
/// follow from the bits of the row: a score depends on nothing else. Both engines draw by this code, and so the same.
/// </summary>
internal static class LatentDraws
{
    /// <summary>The share of draws from the prior.</summary>
    private const double PriorShare = 0.1;

    /// <summary>Draws of a row's scores.</summary>
    public const int Usual = 64;

    /// <summary>Fills in standard normals, (draws, d), and which draws are from the prior.</summary>
    /// <param name="row">D + C values, whose bits are the seed.</param>
    /// <param name="normals">Gets draws times d numbers.</param>
    /// <param name="fromPrior">Gets as many as there are draws.</param>
    public static void Fill(ReadOnlySpan<float> row, Span<float> normals, Span<bool> fromPrior)
    {
        ulong seed = 0;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(row))
            seed = RandomStream.Derive(seed, "latent draws", bits);
        var random = new RandomStream(seed);
        random.FillNormal(normals);
        foreach (ref bool prior in fromPrior)
            prior = random.NextUniform() < PriorShare;
    }

    /// <summary>A draw z and ln p(z) - ln r(z).</summary>
    /// <param name="means">m, d numbers <paramref name="stride"/> apart.</param>
    /// <param name="logDeviations">ln s, likewise.</param>
    /// <param name="stride">From one number to the next; of <paramref name="z"/> too.</param>
    /// <param name="normals">d numbers.</param>
    /// <param name="fromPrior">Whether this draw is from the prior.</param>
    /// <param name="z">Gets the draw.</param>
    public static double Draw(
        ReadOnlySpan<float> means, ReadOnlySpan<float> logDeviations, int stride, ReadOnlySpan<float> normals, bool fromPrior, Span<float> z)
    {
        double prior = 0, posterior = 0;
        for (int j = 0; j < normals.Length; j++)
        {
            double mean = means[j * stride], logDeviation = logDeviations[j * stride], deviation = Math.Exp(logDeviation);
            double value = fromPrior ? normals[j] : mean + deviation * normals[j], standard = (value - mean) / deviation;
            z[j * stride] = (float)value;
            prior -= 0.5 * value * value;
            posterior -= 0.5 * standard * standard + logDeviation;
        }
        double greatest = Math.Max(prior, posterior);
        return prior - greatest - Math.Log((1 - PriorShare) * Math.Exp(posterior - greatest) + PriorShare * Math.Exp(prior - greatest));
    }
}
