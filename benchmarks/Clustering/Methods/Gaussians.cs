using Clustering.Data;
using Density.Models;
using Density.Models.Mixture;

namespace Clustering.Methods;

/// <summary>A Gaussian of full covariance for each cluster, by EM from k-means, on standardised rows.</summary>
internal sealed class Gaussians : IClusterMethod
{
    private const double Ridge = 1e-6;

    public int[] Cluster(LabeledRows data, int seed)
    {
        StandardRows scale = StandardRows.Of(data.Rows);
        double[][] rows = Array.ConvertAll(data.Rows, scale.Double);
        int[] start = NearestCenters.Of(scale.Table(data.Rows), data.Groups, seed);
        return GaussianMixture.Fit(rows, start, data.Groups, Ridge, new ParallelOptions { MaxDegreeOfParallelism = 2 }).Clusters(rows);
    }
}
