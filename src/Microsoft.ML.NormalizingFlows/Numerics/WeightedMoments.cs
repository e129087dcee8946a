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

    /// <summary>Rows that are worked on together: what belongs to them stays in the cache.</summary>
    private const int Block = 256;

    /// <param name="rows">The rows.</param>
    /// <param name="weights">One each, 0 or more.</param>
    public static WeightedMoments Of(RowTable rows, double[] weights) => Of(Columns(rows), weights);

    /// <param name="columns">D times all rows.</param>
    /// <param name="weights">One for each row, 0 or more.</param>
    public static WeightedMoments Of(double[][] columns, ReadOnlySpan<double> weights)
    {
        int dimensions = columns.Length, count = 0;
        var places = new int[weights.Length];
        double total = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] < Negligible)
                continue;
            places[count++] = row;
            total += weights[row];
        }
        var mean = new double[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            foreach (int row in places.AsSpan(0, count))
                mean[i] += weights[row] * columns[i][row];
        }
        TensorPrimitives.Divide(mean, Math.Max(total, Negligible), mean);
        double[][] products = [.. Enumerable.Range(0, dimensions).Select(i => new double[i + 1])];
        double[] differences = new double[dimensions * Block], weighted = new double[dimensions * Block];
        for (int start = 0; start < count; start += Block)
        {
            var block = places.AsSpan(start, Math.Min(Block, count - start));
            for (int i = 0; i < dimensions; i++)
            {
                for (int k = 0; k < block.Length; k++)
                {
                    double difference = columns[i][block[k]] - mean[i];
                    (differences[i * Block + k], weighted[i * Block + k]) = (difference, weights[block[k]] * difference);
                }
                for (int j = 0; j <= i; j++)
                    products[i][j] += TensorPrimitives.Dot<double>(weighted.AsSpan(i * Block, block.Length), differences.AsSpan(j * Block, block.Length));
            }
        }
        return new WeightedMoments(total, mean, products);
    }

    /// <summary>The rows of a table, feature by feature.</summary>
    public static double[][] Columns(RowTable rows) => [.. Enumerable.Range(0, rows.Dimensions).Select(i =>
    {
        var column = new double[rows.Count];
        for (int row = 0; row < column.Length; row++)
            column[row] = rows[row][i];
        return column;
    })];
}
