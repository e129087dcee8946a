namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// The number of clusters where the user names none. Clusters that are there are found again from another start; those that are
/// the work of chance are not (stability, Ben-Hur et al. 2002, Lange et al. 2004). Where clusters stand apart, the states of each flow fall into
/// as many parts (<see cref="Apart"/>), and that is their number. Else flows from several seeds are each grouped into 2, 3, ..
/// clusters, and of the numbers on which they agree nearly as well as on any, that with the greatest <see cref="HeldOutDensity"/> is taken.
/// </summary>
internal static class ClusterCount
{
    /// <summary>The agreement of flows that found the same clusters, up to a few rows between them.</summary>
    private const double SameClusters = 0.98;

    /// <summary>Below this, agreement counts as poor (Steinley 2004, Properties of the Hubert-Arabie Adjusted Rand Index).</summary>
    private const double PoorAgreement = 0.65;

    /// <param name="posteriors">For each flow, the posterior of each of the same rows, (B, K').</param>
    /// <param name="most">The greatest number of clusters to try, 2 or more.</param>
    /// <returns>The numbers 2, 3, .. with the mean agreement of the flows.</returns>
    public static IReadOnlyList<ClusterCandidate> Compare(IReadOnlyList<Posteriors> posteriors, int most)
    {
        most = Math.Min(most, posteriors.Min(flow => flow.States));
        var candidates = new List<ClusterCandidate>();
        for (int clusters = 2; clusters <= most; clusters++)
            candidates.Add(new ClusterCandidate(clusters, MeanAgreement(posteriors, clusters), null));
        return candidates;
    }

    // Null for a single flow.
    private static double? MeanAgreement(IReadOnlyList<Posteriors> posteriors, int clusters)
    {
        var found = posteriors.Select(flow => flow.Clusters(clusters)).ToList();
        var pairs = from i in Enumerable.Range(0, found.Count) from j in Enumerable.Range(0, i) select Agreement.Of(found[i], found[j]);
        return found.Count > 1 ? pairs.Average() : null;
    }

    /// <summary>
    /// The number of clusters where they stand apart, so that there is nothing to judge: the states of most flows fall into as many parts, and these flows
    /// agree on them. Null where they do not.
    /// </summary>
    public static int? Apart(IReadOnlyList<Posteriors> posteriors)
    {
        var found = posteriors.GroupBy(flow => flow.Chain.PartsApart()).MaxBy(flows => flows.Count())!;
        bool isSure = found.Key >= 2 && 2 * found.Count() > posteriors.Count && MeanAgreement([.. found], found.Key) >= SameClusters;
        return isSure ? found.Key : null;
    }

    /// <summary>
    /// What is to be told where flows agree on no number, so that the one that is taken is the work of chance as much as of the rows; null where they agree on one.
    /// </summary>
    public static string? Doubt(IReadOnlyList<ClusterCandidate> candidates)
    {
        var best = candidates.MaxBy(candidate => candidate.Agreement);
        return best?.Agreement < PoorAgreement
            ? FormattableString.Invariant(
                $"The flows agree on no number of clusters: at best their agreement is {best.Agreement:F3}, on {best.Clusters}, where the same clusters have 1 and chance has 0. The rows may not fall apart into clusters: see ClusteringReport.Candidates, or set NumberOfClusters.")
            : null;
    }

    /// <summary>Whether a candidate has at most <paramref name="tolerance"/> less agreement than the best.</summary>
    public static bool IsStable(ClusterCandidate candidate, IReadOnlyList<ClusterCandidate> all, double tolerance) =>
        candidate.Agreement is null || candidate.Agreement >= all.Max(other => other.Agreement) - tolerance;

    /// <summary>The number with the greatest density; where none is known, that with the greatest agreement; of equals, the least.</summary>
    public static int Choose(IReadOnlyList<ClusterCandidate> candidates) =>
        candidates.OrderByDescending(candidate => candidate.LogDensity ?? double.NegativeInfinity)
            .ThenByDescending(candidate => candidate.Agreement).ThenBy(candidate => candidate.Clusters).First().Clusters;
}

/// <summary>
/// The agreement of two clusterings of the same rows: 1 for the same, about 0 for independent ones (adjusted Rand index, Hubert
/// and Arabie 1985).
/// </summary>
internal static class Agreement
{
    public static double Of(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        double both = Pairs(first.Zip(second)), a = Pairs(first), b = Pairs(second);
        double expected = a * b / Pairs(first.Count), most = (a + b) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    private static double Pairs<T>(IEnumerable<T> clusters)
        where T : notnull => clusters.CountBy(cluster => cluster).Sum(count => Pairs(count.Value));

    private static double Pairs(long rows) => rows * (rows - 1) / 2.0;
}
