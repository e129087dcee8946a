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

/// <summary>A number of clusters that was tried.</summary>
/// <param name="Clusters">The number of clusters, 2 or more.</param>
/// <param name="Agreement">
/// How well flows from different seeds agree on that many clusters: the mean adjusted Rand index of pairs of flows, of which 1 is the same
/// clusters, about 0 chance. Null where only one flow was trained.
/// </param>
/// <param name="LogDensity">
/// The mean log-density in nats of rows that were held out, under one small flow for each cluster, or a Gaussian where it has less than 20 of
/// them to learn from. Null where it was not needed, as the flows agree much less than on another number or on no other as well.
/// </param>
/// <example>
/// <code>
/// foreach (ClusterCandidate candidate in model.LastTransformer.Report.Candidates ?? [])
///     Console.WriteLine($"{candidate.Clusters} clusters: agreement {candidate.Agreement:F2}, held-out log-density {candidate.LogDensity:F3}");
/// </code>
/// </example>
public sealed record ClusterCandidate(int Clusters, double? Agreement, double? LogDensity);
