using Benchmarks.Shared.Mixture;
using Clustering.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Clustering.Methods;

/// <summary>A Gaussian of full covariance for each cluster, by EM on standardised rows: of ten starts, the most likely.</summary>
internal sealed class Gaussians : IClusterMethod
{
    private const int Starts = 10;
    private const double Ridge = 1e-6;

    public int[] Cluster(LabeledRows data, int seed)
    {
        StandardRows scale = StandardRows.Of(data.Rows);
        RowTable table = scale.Table(data.Rows);
        double[][] rows = Array.ConvertAll(data.Rows, scale.Double);
        var random = RandomStream.For((ulong)seed, "mixture");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 2 };
        // k-means++ of one step: run to its end, k-means finds nearly the same centers each time, and EM from there a lesser optimum.
        return Enumerable.Range(0, Starts)
            .Select(_ => KMeans.Fit(table, data.Groups, random, iterations: 1).Centers)
            .Select(centers => GaussianMixture.Fit(rows, NearestCenters.Clusters(table, centers), data.Groups, Ridge, parallel))
            .MaxBy(mixture => mixture.LogLikelihoods[^1])!.Clusters(rows);
    }
}
