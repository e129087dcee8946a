namespace Microsoft.ML.NormalizingFlows;

/// <summary>What came out of a clustering. Saved with the model.</summary>
/// <example>
/// <code>
/// ClusteringReport report = model.LastTransformer.Report;
/// Console.WriteLine($"The largest cluster has {report.Shares[0]:P0} of the rows; {report.UnusedClusters().Count} are empty.");
/// </code>
/// </example>
public sealed record ClusteringReport
{
    /// <summary>The share of the training rows in each of the K clusters, from the largest to the smallest; 0 where no row is.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>The cluster, 0 .. K-1, of each of the K' latent states of the flow.</summary>
    public required IReadOnlyList<int> ClusterOfState { get; init; }

    /// <summary>The latent states, 0 .. K'-1, that are the most likely one of no training row.</summary>
    public required IReadOnlyList<int> UnusedStates { get; init; }

    /// <summary>The numbers of clusters that were tried, the one taken among them; null where the number was given.</summary>
    public IReadOnlyList<ClusterCandidate>? Candidates { get; init; }

    /// <summary>The clusters, 0 .. K-1, that no training row belongs to.</summary>
    public IReadOnlyList<int> UnusedClusters() => [.. Enumerable.Range(0, Shares.Count).Where(cluster => Shares[cluster] == 0)];
}
