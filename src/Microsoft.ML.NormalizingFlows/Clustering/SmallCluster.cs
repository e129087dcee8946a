using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// The density of a cluster of too few rows for a flow: a Gaussian around their mean, whose covariance is theirs and, as if of D + 1 rows more, that of
/// rows about the means of their clusters (the mean of an inverse Wishart posterior, Gelman et al. 2013, section 3.6), a little wider as the mean is an estimate.
/// </summary>
/// <param name="rows">The rows that clusterings are judged on.</param>
/// <param name="clusters">The cluster of each row, of the clustering with the most clusters.</param>
/// <param name="known">The rows, by their number, of all clusters that may be learned from.</param>
internal sealed class SmallCluster(RowTable rows, int[] clusters, IReadOnlyList<int> known)
{
    /// <summary>Of the deviation of all rows: a feature that is constant within clusters is no narrower.</summary>
    private const double MinimumWidth = 1e-3;

    private readonly double[][] _within = Within(rows, clusters, known);

    /// <summary>log p(x) in nats of the rows of <paramref name="judged"/> in a cluster of <paramref name="training"/>; -infinity where this is empty.</summary>
    /// <param name="training">Rows of the cluster.</param>
    /// <param name="judged">Rows that are not known.</param>
    public double[] LogDensities(RowTable training, RowTable judged)
    {
        if (training.Count == 0)
            return [.. Enumerable.Repeat(double.NegativeInfinity, judged.Count)];
        var (_, mean, products) = WeightedMoments.Of(training, Ones(training.Count));
        double prior = rows.Dimensions + 1, widened = (1 + 1.0 / training.Count) / (training.Count + prior);
        for (int i = 0; i < products.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(_within[i], prior, products[i], products[i]);
            TensorPrimitives.Multiply(products[i], widened, products[i]);
        }
        var density = ShrunkGaussian.Of(mean, products);
        return [.. Enumerable.Range(0, judged.Count).Select(row => density.LogDensity(judged[row]))];
    }

    // The covariance of rows about the means of their clusters.
    private static double[][] Within(RowTable rows, int[] clusters, IReadOnlyList<int> known)
    {
        var all = WeightedMoments.Of(Table(rows, known), Ones(known.Count)).Products;
        double[][] sum = [.. all.Select((row, i) => new double[i + 1])];
        foreach (var cluster in known.GroupBy(row => clusters[row]))
        {
            var products = WeightedMoments.Of(Table(rows, cluster), Ones(cluster.Count())).Products;
            for (int i = 0; i < sum.Length; i++)
                TensorPrimitives.Add(sum[i], products[i], sum[i]);
        }
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i][i] = Math.Max(sum[i][i], MinimumWidth * MinimumWidth * all[i][i]);
            TensorPrimitives.Divide(sum[i], known.Count, sum[i]);
        }
        return sum;
    }

    private static RowTable Table(RowTable rows, IEnumerable<int> chosen)
    {
        var table = new RowTable(rows.Dimensions);
        foreach (int row in chosen)
            table.Add(rows[row]);
        return table;
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}
