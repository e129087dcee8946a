using Clustering.Data;
using Density.Models;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Clustering.Methods;

/// <summary>k-means on standardised rows, the best of twenty starts.</summary>
internal sealed class NearestCenters : IClusterMethod
{
    // Each fit is the best of four starts already.
    private const int Fits = 5;

    public int[] Cluster(LabeledRows data, int seed) => Of(StandardRows.Of(data.Rows).Table(data.Rows), data.Groups, seed);

    public static int[] Of(RowTable rows, int clusters, int seed)
    {
        var random = RandomStream.For((ulong)seed, "clusters");
        float[][] centers = Enumerable.Range(0, Fits).Select(_ => KMeans.Fit(rows, clusters, random)).MinBy(fit => fit.Distortion)!.Centers;
        return [.. Enumerable.Range(0, rows.Count).Select(row => KMeans.Nearest(centers, rows[row]).Cluster)];
    }
}
