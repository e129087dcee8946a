namespace Microsoft.ML.NormalizingFlows;

/// <summary>How well flows from different seeds agree on a number of clusters.</summary>
/// <param name="Clusters">The number of clusters, 2 or more.</param>
/// <param name="Agreement">The mean adjusted Rand index of pairs of flows: 1 is the same clusters, about 0 chance.</param>
/// <example>
/// <code>
/// foreach (ClusterAgreement candidate in model.LastTransformer.Report.Agreements ?? [])
///     Console.WriteLine($"{candidate.Clusters} clusters: {candidate.Agreement:F2}");
/// </code>
/// </example>
public sealed record ClusterAgreement(int Clusters, double Agreement);
