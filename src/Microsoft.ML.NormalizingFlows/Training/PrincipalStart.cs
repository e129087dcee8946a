using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The axes that the means of a continuous latent start from: the principal axes of the standardised training rows, each with variance 1 along it.
/// Without a start that tells rows apart, the layers learn to do without the latent.
/// </summary>
internal static class PrincipalStart
{
    private const int SampleRows = 10_000, MinimumRows = 500, Iterations = 100;

    /// <summary>Values of the sample, about.</summary>
    private const int SampleValues = 1 << 20;

    /// <summary>An axis with less than this of the variance along the first is one of rounding.</summary>
    private const double MinimumShare = 1e-5;

    public const string Axes = "encoder.axes.weight";

    /// <summary>The values that a flow starts from, with those axes.</summary>
    public static IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays, FlowSpec spec, TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "principal axes");
        var axes = Find(data.StandardizedSample(Math.Clamp(SampleValues / spec.Dimensions, MinimumRows, SampleRows), random), spec.Latent.Dimensions, random);
        var values = new float[spec.Latent.Dimensions * spec.RowWidth];
        for (int j = 0; j < axes.Count; j++)
        {
            for (int i = 0; i < spec.Dimensions; i++)
                values[j * spec.RowWidth + i] = axes[j][i];
        }
        return [.. arrays.Select(array => array.Name == Axes ? array with { Values = values } : array)];
    }

    /// <summary>Up to so many axes, divided by the standard deviation along each: by power iteration, each at right angles to those before it.</summary>
    public static IReadOnlyList<float[]> Find(RowTable sample, int count, RandomStream random)
    {
        int dimensions = sample.Dimensions;
        float[] mean = [.. Enumerable.Range(0, dimensions).Select(j => (float)Enumerable.Range(0, sample.Count).Average(i => (double)sample[i][j]))];
        List<float[]> units = [], axes = [];
        double first = 0;
        while (axes.Count < Math.Min(count, dimensions))
        {
            float[] axis = new float[dimensions], next = new float[dimensions];
            random.FillNormal(axis);
            double variance = 0;
            for (int iteration = 0; iteration < Iterations; iteration++)
            {
                Array.Clear(next);
                float middle = TensorPrimitives.Dot<float>(mean, axis), sum = 0;
                for (int i = 0; i < sample.Count; i++)
                {
                    float along = TensorPrimitives.Dot(sample[i], axis) - middle;
                    TensorPrimitives.MultiplyAdd(sample[i], along, next, next);
                    sum += along;
                }
                TensorPrimitives.MultiplyAdd(mean, -sum, next, next);
                foreach (float[] unit in units)
                    TensorPrimitives.MultiplyAdd(unit, -TensorPrimitives.Dot<float>(next, unit), next, next);
                float size = TensorPrimitives.Norm<float>(next);
                variance = size / sample.Count;
                if (size == 0 || (iteration > 0 && variance < MinimumShare * first))
                    return axes;
                TensorPrimitives.Divide(next, size, axis);
            }
            first = Math.Max(first, variance);
            units.Add(axis);
            axes.Add([.. axis.Select(value => (float)(value / Math.Sqrt(variance)))]);
        }
        return axes;
    }
}
