using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The axes that the means of a continuous latent start from: the principal axes of the standardised training rows, each with variance 1 along it.
/// Without a start that tells rows apart, the layers learn to do without the latent.
/// </summary>
internal static class PrincipalStart
{
    private const int SampleRows = 10_000, Iterations = 100;

    /// <summary>An axis with less variance than this tells rows apart by their noise alone.</summary>
    private const double MinimumVariance = 1e-6;

    public const string Axes = "encoder.axes.weight";

    /// <summary>The values that a flow starts from, with those axes.</summary>
    public static IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays, FlowSpec spec, TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "principal axes");
        var axes = Find(data.StandardizedSample(SampleRows, random), spec.Latent.Dimensions, random);
        var values = new float[spec.Latent.Dimensions * spec.RowWidth];
        for (int j = 0; j < axes.Count; j++)
        {
            for (int i = 0; i < spec.Dimensions; i++)
                values[j * spec.RowWidth + i] = (float)axes[j][i];
        }
        return [.. arrays.Select(array => array.Name == Axes ? array with { Values = values } : array)];
    }

    /// <summary>Up to so many axes, divided by the standard deviation along each: by power iteration, each without those before it.</summary>
    public static IReadOnlyList<double[]> Find(RowTable sample, int count, RandomStream random)
    {
        int dimensions = sample.Dimensions;
        var (total, _, products) = WeightedMoments.Of(sample, [.. Enumerable.Repeat(1.0, sample.Count)]);
        var covariance = new double[dimensions, dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            for (int j = 0; j <= i; j++)
                covariance[i, j] = covariance[j, i] = products[i][j] / total;
        }
        var axes = new List<double[]>();
        while (axes.Count < Math.Min(count, dimensions))
        {
            double[] axis = [.. Enumerable.Range(0, dimensions).Select(_ => random.NextNormal())];
            double variance = 0;
            for (int iteration = 0; iteration < Iterations; iteration++)
            {
                double[] next = [.. Enumerable.Range(0, dimensions).Select(i => Enumerable.Range(0, dimensions).Sum(j => covariance[i, j] * axis[j]))];
                variance = Math.Sqrt(next.Sum(value => value * value));
                if (variance < MinimumVariance)
                    return axes;
                axis = Array.ConvertAll(next, value => value / variance);
            }
            for (int i = 0; i < dimensions; i++)
            {
                for (int j = 0; j < dimensions; j++)
                    covariance[i, j] -= variance * axis[i] * axis[j];
            }
            axes.Add(Array.ConvertAll(axis, value => value / Math.Sqrt(variance)));
        }
        return axes;
    }
}
