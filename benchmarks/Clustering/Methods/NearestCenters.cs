using Clustering.Data;
using Density.Models;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Clustering.Methods;

/// <summary>k-means on standardised rows, the best of four starts.</summary>
internal sealed class NearestCenters : IClusterMethod
{
    public int[] Cluster(LabeledRows data, int seed) => Of(StandardRows.Of(data.Rows).Table(data.Rows), data.Groups, seed);

    public static int[] Of(RowTable rows, int clusters, int seed)
    {
        float[][] centers = KMeans.Fit(rows, clusters, RandomStream.For((ulong)seed, "clusters")).Centers;
        return [.. Enumerable.Range(0, rows.Count).Select(row => KMeans.Nearest(centers, rows[row]).Cluster)];
    }
}
