using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>What a Gaussian is fitted to: the sum of the weights of rows, their mean, and the sum of the weighted products of what differs from it.</summary>
/// <param name="Total">The sum of the weights.</param>
/// <param name="Mean">D.</param>
/// <param name="Products">D rows, each up to its diagonal.</param>
internal readonly record struct WeightedMoments(double Total, double[] Mean, double[][] Products)
{
    /// <summary>A row that weighs less adds nothing.</summary>
    private const double Negligible = 1e-6;

    /// <param name="rows">The rows.</param>
    /// <param name="weights">One each, 0 or more.</param>
    public static WeightedMoments Of(RowTable rows, double[] weights)
    {
        int dimensions = rows.Dimensions;
        double total = 0;
        double[] mean = new double[dimensions], row = new double[dimensions];
        double[][] products = [.. Enumerable.Range(0, dimensions).Select(i => new double[i + 1])];
        for (int i = 0; i < rows.Count; i++)
        {
            if (weights[i] < Negligible)
                continue;
            total += weights[i];
            TensorPrimitives.ConvertTruncating<float, double>(rows[i], row);
            TensorPrimitives.MultiplyAdd(row, weights[i], mean, mean);
        }
        TensorPrimitives.Divide(mean, Math.Max(total, Negligible), mean);
        for (int i = 0; i < rows.Count; i++)
        {
            if (weights[i] < Negligible)
                continue;
            TensorPrimitives.ConvertTruncating<float, double>(rows[i], row);
            TensorPrimitives.Subtract(row, mean, row);
            for (int j = 0; j < dimensions; j++)
                TensorPrimitives.MultiplyAdd(row.AsSpan(0, j + 1), weights[i] * row[j], products[j], products[j]);
        }
        return new WeightedMoments(total, mean, products);
    }
}
