namespace Microsoft.ML.NormalizingFlows;

/// <summary>A number of clusters that was tried.</summary>
/// <param name="Clusters">The number of clusters, 2 or more.</param>
/// <param name="Agreement">
/// How well flows from different seeds agree on that many clusters: the mean adjusted Rand index of pairs of flows, of which 1 is the same
/// clusters, about 0 chance. Null where only one flow was trained.
/// </param>
/// <param name="LogDensity">
/// The mean log-density in nats of rows that were held out, under one small flow for each cluster. Null where it was not needed, as the flows
/// agree much less than on another number or on no other as well, or not known, as a cluster has too few rows for a flow.
/// </param>
/// <example>
/// <code>
/// foreach (ClusterCandidate candidate in model.LastTransformer.Report.Candidates ?? [])
///     Console.WriteLine($"{candidate.Clusters} clusters: agreement {candidate.Agreement:F2}, held-out log-density {candidate.LogDensity:F3}");
/// </code>
/// </example>
public sealed record ClusterCandidate(int Clusters, double? Agreement, double? LogDensity);
