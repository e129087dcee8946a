using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// Coordinates of rows along a surface that they lie near: those whose distances are nearest to the distances along the surface, see
/// <see cref="NeighbourGraph"/> (Isomap: Tenenbaum, de Silva and Langford 2000), measured from some of the rows, the landmarks (de Silva and
/// Tenenbaum 2003). The first rows are the landmarks.
/// </summary>
internal static class Isomap
{
    private const int Iterations = 300;

    /// <summary>Distances as the crow flies, (landmarks, rows).</summary>
    public static double[][] StraightDistances(RowTable rows, int landmarks) =>
        [.. Enumerable.Range(0, landmarks).Select(i => Enumerable.Range(0, rows.Count).Select(j => (double)TensorPrimitives.Distance<float>(rows[i], rows[j])).ToArray())];

    /// <summary>Classical scaling of the landmarks, and coordinates of all rows from their distances to them.</summary>
    /// <param name="distances">(landmarks, rows).</param>
    /// <param name="dimensions">d.</param>
    /// <param name="random">Of where the search for axes begins.</param>
    /// <returns>(d, rows), each coordinate of the landmarks around 0.</returns>
    public static double[][] Embed(double[][] distances, int dimensions, RandomStream random)
    {
        int landmarks = distances.Length, rows = distances[0].Length;
        double[][] products = [.. distances.Select(row => row.Select(distance => -0.5 * distance * distance).ToArray())];
        double[] means = [.. products.Select(row => row.Take(landmarks).Average())];
        for (int j = 0; j < rows; j++)
        {
            double mean = products.Average(row => row[j]);
            for (int i = 0; i < landmarks; i++)
                products[i][j] -= mean;
        }
        double middle = means.Average();
        for (int i = 0; i < landmarks; i++)
        {
            for (int j = 0; j < rows; j++)
                products[i][j] += middle - means[i];
        }
        var axes = new List<double[]>();
        var coordinates = new double[dimensions][];
        var start = new float[landmarks];
        for (int k = 0; k < dimensions; k++)
        {
            random.FillNormal(start);
            double[] axis = [.. start.Select(value => (double)value)];
            double size = 0;
            for (int iteration = 0; iteration < Iterations; iteration++)
            {
                double[] next = [.. products.Select(row => TensorPrimitives.Dot<double>(row.AsSpan(0, landmarks), axis))];
                foreach (double[] other in axes)
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, next), next, next);
                size = TensorPrimitives.Norm<double>(next);
                if (size == 0)
                    break;
                TensorPrimitives.Divide(next, size, next);
                axis = next;
            }
            axes.Add(axis);
            coordinates[k] = new double[rows];
            for (int i = 0; i < landmarks && size > 0; i++)
                TensorPrimitives.MultiplyAdd(products[i], axis[i] / Math.Sqrt(size), coordinates[k], coordinates[k]);
        }
        return coordinates;
    }

    /// <summary>The squared correlation of distances between landmarks with those between their coordinates, in [0, 1]: 1 less what the paper calls residual variance.</summary>
    public static double Explained(double[][] distances, double[][] coordinates)
    {
        double n = 0, sumX = 0, sumY = 0, sumXX = 0, sumYY = 0, sumXY = 0;
        for (int i = 0; i < distances.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double x = distances[i][j], square = 0;
                foreach (double[] axis in coordinates)
                    square += (axis[i] - axis[j]) * (axis[i] - axis[j]);
                double y = Math.Sqrt(square);
                (n, sumX, sumY, sumXX, sumYY, sumXY) = (n + 1, sumX + x, sumY + y, sumXX + x * x, sumYY + y * y, sumXY + x * y);
            }
        }
        double xx = n * sumXX - sumX * sumX, yy = n * sumYY - sumY * sumY, xy = n * sumXY - sumX * sumY;
        return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
    }
}
