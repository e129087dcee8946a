using Benchmarks.Shared.Mixture;
using Density.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Density.Models;

/// <summary>
/// k-means, then a plain flow for each cluster: the density is the sum over the clusters of their share times their flow's
/// density. Nothing is shared between the flows, which is what a latent state in front of shared layers has to beat.
/// </summary>
/// <remarks>A cluster of too few rows to train a flow on goes, and its rows go to the nearest of the others.</remarks>
internal sealed class ClusteredFlows(int clusters) : IDensityModel
{
    private const int MinimumRows = 100;
    private readonly List<(double Share, FlowModel Flow)> _parts = [];

    public FitSummary Fit(DensityData data, FitRequest request)
    {
        StandardRows scale = StandardRows.Of(data.Training);
        float[][] centers = Centers(scale.Table(data.Training), request.Seed);
        var training = data.Training.ToLookup(Cluster);
        var validation = data.Validation.ToLookup(Cluster);
        var summaries = new List<FitSummary>();
        for (int k = 0; k < centers.Length; k++)
        {
            float[][] rows = [.. training[k]], heldOut = [.. validation[k]];
            // With next to no validation rows in it, a cluster holds out some of its own.
            var part = data with { Training = rows, Validation = heldOut.Length < 10 ? [] : heldOut };
            var flow = new FlowModel();
            _parts.Add(((double)rows.Length / data.Training.Length, flow));
            summaries.Add(flow.Fit(part, request.Part($"cluster {k + 1} of {centers.Length}", request.Seed)));
        }
        return FitSummary.Sum(summaries) with { StatesUsed = centers.Length };

        int Cluster(float[] row) => KMeans.Nearest(centers, scale.Apply(row)).Cluster;
    }

    public double[] LogDensities(float[][] rows) => Mixtures.LogDensities([.. _parts.Select(part => (part.Share, part.Flow.LogDensities(rows)))]);

    public double[]? Elbo(float[][] rows) => null;

    public void Dispose() => _parts.ForEach(part => part.Flow.Dispose());

    private float[][] Centers(RowTable rows, int seed)
    {
        float[][] centers = KMeans.Fit(rows, Math.Min(clusters, rows.Count), RandomStream.For((ulong)seed, "clusters")).Centers;
        while (true)
        {
            var counts = new int[centers.Length];
            for (int i = 0; i < rows.Count; i++)
                counts[KMeans.Nearest(centers, rows[i]).Cluster]++;
            int smallest = Array.IndexOf(counts, counts.Min());
            if (centers.Length == 1 || counts[smallest] >= MinimumRows)
                return centers;
            centers = [.. centers.Where((_, k) => k != smallest)];
        }
    }
}
