using Benchmarks.Shared.Mixture;
using Clustering.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Clustering.Methods;

/// <summary>k-means on standardised rows, the best of twenty starts.</summary>
internal sealed class NearestCenters : IClusterMethod
{
    // Each fit is the best of four starts already.
    private const int Fits = 5;

    public int[] Cluster(LabeledRows data, int seed)
    {
        RowTable rows = StandardRows.Of(data.Rows).Table(data.Rows);
        var random = RandomStream.For((ulong)seed, "clusters");
        return Clusters(rows, Enumerable.Range(0, Fits).Select(_ => KMeans.Fit(rows, data.Groups, random)).MinBy(fit => fit.Distortion)!.Centers);
    }

    /// <summary>The nearest center of each row.</summary>
    public static int[] Clusters(RowTable rows, float[][] centers) =>
        [.. Enumerable.Range(0, rows.Count).Select(row => KMeans.Nearest(centers, rows[row]).Cluster)];
}
