using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>An even mixture of round Gaussians in the plane or beyond: rows, their component and their true log-density.</summary>
internal sealed class GaussianMixture(double[][] centers, double deviation)
{
    /// <summary>Components on a circle.</summary>
    public static GaussianMixture Ring(int components, double radius, double deviation) =>
        new([.. Enumerable.Range(0, components).Select(k => 2 * Math.PI * k / components)
            .Select(angle => new[] { radius * Math.Cos(angle), radius * Math.Sin(angle) })], deviation);

    public (float[][] Rows, int[] Components) Draw(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        var components = new int[count];
        var rows = new float[count][];
        for (int i = 0; i < count; i++)
        {
            components[i] = random.NextInt(centers.Length);
            rows[i] = [.. centers[components[i]].Select(center => (float)(center + deviation * random.NextNormal()))];
        }
        return (rows, components);
    }

    public double LogDensity(float[] row)
    {
        double normalizer = -0.5 * row.Length * Math.Log(2 * Math.PI * deviation * deviation) - Math.Log(centers.Length);
        var exponents = centers.Select(center => -0.5 * center.Zip(row, (c, x) => Math.Pow((x - c) / deviation, 2)).Sum()).ToArray();
        double largest = exponents.Max();
        return normalizer + largest + Math.Log(exponents.Sum(e => Math.Exp(e - largest)));
    }
}
