using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// Clusters by Lloyd's algorithm from k-means++ starts (Arthur and Vassilvitskii 2007), the best of several.
/// It gives latent states their start, which learn on from there; as a clustering for its own sake it needs the best of more starts.
/// </summary>
internal sealed class KMeans
{
    /// <summary>
    /// The iterations that the starts of latent states take: their flows were tuned and measured from centers that moved once.
    /// </summary>
    public const int StatesStart = 1;

    private const int Restarts = 4;
    private const int MaximumIterations = 300;

    private KMeans(float[][] centers, double distortion)
    {
        Centers = centers;
        Distortion = distortion;
    }

    /// <summary>K centers of D values.</summary>
    public float[][] Centers { get; }

    /// <summary>Sum over the rows of the squared distance to the nearest center.</summary>
    public double Distortion { get; }

    /// <summary>Finds <paramref name="clusters"/> centers; there must be as many rows at least.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="clusters">K.</param>
    /// <param name="random">Draws the starts.</param>
    /// <param name="iterations">The most iterations of a start; it ends before where the distortion falls no more.</param>
    public static KMeans Fit(RowTable rows, int clusters, RandomStream random, int iterations = MaximumIterations)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, rows.Count);
        var best = FitOnce(rows, clusters, random, iterations);
        for (int i = 1; i < Restarts; i++)
        {
            var other = FitOnce(rows, clusters, random, iterations);
            if (other.Distortion < best.Distortion)
                best = other;
        }
        return best;
    }

    /// <summary>The nearest center and the squared distance to it.</summary>
    public static (int Cluster, float Distance) Nearest(float[][] centers, ReadOnlySpan<float> row)
    {
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int k = 0; k < centers.Length; k++)
        {
            float distance = SquaredDistance(centers[k], row);
            if (distance < least)
                (nearest, least) = (k, distance);
        }
        return (nearest, least);
    }

    private static KMeans FitOnce(RowTable rows, int clusters, RandomStream random, int iterations)
    {
        var centers = SpreadStarts(rows, clusters, random);
        double distortion = double.PositiveInfinity;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            double previous = distortion;
            distortion = MoveToMeans(rows, centers);
            // At first nothing is known of the distortion before, and infinity is no more than infinity.
            if (iteration > 0 && previous - distortion <= 1e-6 * previous)
                break;
        }
        return new KMeans(centers, distortion);
    }

    /// <summary>k-means++: each further center is a row drawn with probability proportional to its squared distance.</summary>
    private static float[][] SpreadStarts(RowTable rows, int clusters, RandomStream random)
    {
        var centers = new float[clusters][];
        centers[0] = rows[random.NextInt(rows.Count)].ToArray();
        var distances = new double[rows.Count];
        Array.Fill(distances, double.PositiveInfinity);
        for (int k = 1; k < clusters; k++)
        {
            double total = 0;
            for (int i = 0; i < rows.Count; i++)
                total += distances[i] = Math.Min(distances[i], SquaredDistance(centers[k - 1], rows[i]));
            double threshold = random.NextUniform() * total;
            int chosen = 0;
            while (chosen < rows.Count - 1 && (threshold -= distances[chosen]) > 0)
                chosen++;
            centers[k] = rows[chosen].ToArray();
        }
        return centers;
    }

    /// <summary>One iteration of Lloyd's: moves each center to the mean of its rows; a center without rows stays. Returns the distortion before.</summary>
    private static double MoveToMeans(RowTable rows, float[][] centers)
    {
        int dimensions = rows.Dimensions;
        var sums = new double[centers.Length, dimensions];
        var counts = new int[centers.Length];
        double distortion = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var (k, distance) = Nearest(centers, row);
            distortion += distance;
            counts[k]++;
            for (int d = 0; d < dimensions; d++)
                sums[k, d] += row[d];
        }
        for (int k = 0; k < centers.Length; k++)
        {
            for (int d = 0; d < dimensions && counts[k] > 0; d++)
                centers[k][d] = (float)(sums[k, d] / counts[k]);
        }
        return distortion;
    }

    private static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length >= 16)
        {
            float distance = TensorPrimitives.Distance(a, b);
            return distance * distance;
        }
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
