using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Draws from a Gaussian mixture: for each point a component m with the probability <c>w_m = softmax(logits)_m</c>, then
/// <c>u_i = mu_mi + e^s_mi n_i</c> with standard normal n. Both engines draw by this code, and so the same points.
/// </summary>
internal static class MixtureSampler
{
    /// <param name="random">Where random numbers come from.</param>
    /// <param name="logits">(M)</param>
    /// <param name="means">M rows of D numbers, <paramref name="stride"/> apart.</param>
    /// <param name="logScales">As the means; held within their limit here.</param>
    /// <param name="stride">From one row of a table to the next.</param>
    /// <param name="points">Gets the points, (B, D) row-major.</param>
    /// <param name="dimensions">D.</param>
    public static void Draw(
        RowStreams random, ReadOnlySpan<float> logits, ReadOnlySpan<float> means, ReadOnlySpan<float> logScales, int stride,
        Span<float> points, int dimensions)
    {
        Span<double> ends = stackalloc double[logits.Length];
        Accumulate(logits, ends);
        for (int point = 0; points.Length > 0; point++, points = points[dimensions..])
        {
            int row = Choose(ends, random[point].NextUniform()) * stride;
            for (int i = 0; i < dimensions; i++)
            {
                double size = Math.Exp(Math.Clamp(logScales[row + i], -ParameterLimits.LogScale, ParameterLimits.LogScale));
                points[i] = (float)(means[row + i] + size * random[point].NextNormal());
            }
        }
    }

    // Sums of the weights up to each, but for a common factor.
    private static void Accumulate(ReadOnlySpan<float> logits, Span<double> ends)
    {
        float greatest = TensorPrimitives.Max(logits);
        double sum = 0;
        for (int m = 0; m < ends.Length; m++)
            ends[m] = sum += Math.Exp(logits[m] - greatest);
    }

    private static int Choose(ReadOnlySpan<double> ends, double uniform)
    {
        double place = uniform * ends[^1];
        int chosen = 0;
        while (chosen < ends.Length - 1 && ends[chosen] <= place)
            chosen++;
        return chosen;
    }
}
