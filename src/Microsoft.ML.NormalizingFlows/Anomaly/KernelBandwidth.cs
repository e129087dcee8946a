using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// How far the rows let one see: the width of Gaussian kernels on all other rows that makes each row most likely (Habbema, Hermans and van
/// den Broek 1974; Duin 1976, On the Choice of Smoothing Parameters for Parzen Estimators), in standard deviations of each feature. It is
/// small where rows lie close, as many rows of few features do, and near 1 where they are too few to tell more than their spread.
/// </summary>
/// <remarks>Rows that are the same say nothing of the distance between rows: without them, values of discrete columns are told apart by their steps.</remarks>
internal static class KernelBandwidth
{
    private const double Narrowest = 0.02;
    private const double Widest = 1;
    private const int PerDoubling = 4;

    /// <param name="rows">Rows in the user's units, a sample of them where they are many: the square of their number is computed.</param>
    public static double Of(RowTable rows)
    {
        var moments = new RunningMoments(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            moments.Add(rows[i]);
        var scale = new FeatureScale(moments, rows.Dimensions);
        int dimensions = rows.Dimensions - scale.Constant.Count;
        float[][] neighbours = SquaredDistances(rows, scale);
        double best = Widest, greatest = double.NegativeInfinity;
        for (double width = Widest; width > Narrowest * 0.99; width *= Math.Pow(2, -1.0 / PerDoubling))
        {
            double likelihood = LogLikelihood(neighbours, width, dimensions);
            if (likelihood > greatest)
                (best, greatest) = (width, likelihood);
        }
        return best;
    }

    // Of each row, to the others that differ from it.
    private static float[][] SquaredDistances(RowTable rows, FeatureScale scale)
    {
        var standardized = new float[rows.Count][];
        for (int i = 0; i < rows.Count; i++)
            scale.Standardize(rows[i], standardized[i] = new float[rows.Dimensions]);
        var distances = new float[rows.Count][];
        for (int i = 0; i < rows.Count; i++)
        {
            float[] row = standardized[i];
            distances[i] = [.. standardized.Select(other => TensorPrimitives.Distance<float>(row, other)).Where(distance => distance > 0).Select(distance => distance * distance)];
        }
        return [.. distances.Where(row => row.Length > 0)];
    }

    /// <summary>The mean of the log-densities of rows, each without its own kernel, up to a constant.</summary>
    private static double LogLikelihood(float[][] squaredDistances, double width, int dimensions)
    {
        double sum = 0;
        var terms = new float[squaredDistances.Length == 0 ? 0 : squaredDistances.Max(row => row.Length)];
        foreach (float[] row in squaredDistances)
        {
            float nearest = TensorPrimitives.Min<float>(row);
            var kernels = terms.AsSpan(0, row.Length);
            TensorPrimitives.Subtract(row, nearest, kernels);
            TensorPrimitives.Multiply(kernels, (float)(-0.5 / (width * width)), kernels);
            TensorPrimitives.Exp(kernels, kernels);
            sum += Math.Log(TensorPrimitives.Sum<float>(kernels)) - 0.5 * nearest / (width * width);
        }
        return sum / squaredDistances.Length - dimensions * Math.Log(width);
    }
}
