namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// The number of clusters where the user names none. Clusters that are there are found again from another start; those that are
/// the work of chance are not (stability, Ben-Hur et al. 2002, Lange et al. 2004). Flows from several seeds are each grouped into 2, 3, ..
/// clusters, and of the numbers on which they agree nearly as well as on any, the greatest is taken.
/// </summary>
internal static class ClusterCount
{
    /// <summary>How much less agreement, of at most 1, a finer clustering may have.</summary>
    private const double Tolerance = 0.02;

    /// <param name="posteriors">For each flow, the posterior of each of the same rows, (B, K').</param>
    /// <param name="most">The greatest number of clusters to try, 2 or more.</param>
    /// <returns>The mean agreement of the flows for 2, 3, .. clusters.</returns>
    public static IReadOnlyList<ClusterAgreement> Compare(IReadOnlyList<Posteriors> posteriors, int most)
    {
        most = Math.Min(most, posteriors.Min(flow => flow.States));
        var agreements = new List<ClusterAgreement>();
        for (int clusters = 2; clusters <= most; clusters++)
        {
            var found = posteriors.Select(flow => flow.Clusters(StateGrouping.Find(flow.Chain, clusters))).ToList();
            var pairs = from i in Enumerable.Range(0, found.Count) from j in Enumerable.Range(0, i) select Agreement.Of(found[i], found[j]);
            agreements.Add(new ClusterAgreement(clusters, pairs.Average()));
        }
        return agreements;
    }

    /// <summary>The greatest number with an agreement near the best.</summary>
    public static int Choose(IReadOnlyList<ClusterAgreement> agreements)
    {
        double best = agreements.Max(candidate => candidate.Agreement);
        return agreements.Last(candidate => candidate.Agreement >= best - Tolerance).Clusters;
    }
}
