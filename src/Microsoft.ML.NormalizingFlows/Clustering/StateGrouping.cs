namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// Which cluster each latent state belongs to. A flow is given more states than there are clusters, so that a cluster of any shape
/// is covered by several, and states are then merged, two at a time: those whose <see cref="Relaxation"/> differs least, by the
/// information that is lost, <c>(m_i + m_j) JS(R_i, R_j)</c> (agglomerative information bottleneck, Slonim and Tishby 1999).
/// As states count by their share of the rows, some outliers with a state of their own are no cluster. Clusters are numbered from the
/// largest to the smallest.
/// </summary>
internal static class StateGrouping
{
    /// <summary>States with less than this part of an even share are followed, not asked.</summary>
    private const double NegligibleShare = 1e-4;

    /// <returns>The cluster, 0 .. K-1, of each state. Where fewer than K states are used, the last clusters have none.</returns>
    public static int[] Find(StateChain chain, int clusters)
    {
        int[] used = [.. Enumerable.Range(0, chain.States).Where(state => chain.Share(state) > NegligibleShare / chain.States)];
        var groups = Merge(chain, used, clusters)
            .OrderByDescending(group => group.Sum(chain.Share)).ThenBy(group => group.Min()).ToList();
        var cluster = new int[chain.States];
        for (int state = 0; state < cluster.Length; state++)
        {
            int own = groups.FindIndex(group => group.Contains(state));
            cluster[state] = own >= 0 ? own : Nearest(chain, state, groups);
        }
        return cluster;
    }

    private static List<List<int>> Merge(StateChain chain, int[] used, int clusters)
    {
        double[] shares = [.. used.Select(chain.Share)];
        Distributions.Normalize(shares);
        double[][] relaxed = Relaxation.Run(chain.Steps(used), shares, clusters);
        var groups = used.Select((state, i) => new Group([state], shares[i], relaxed[i])).ToList();
        while (groups.Count > clusters)
        {
            var (first, second) = Closest(groups);
            groups[first] = groups[first].With(groups[second]);
            groups.RemoveAt(second);
        }
        return [.. groups.Select(group => group.States)];
    }

    private static (int First, int Second) Closest(List<Group> groups)
    {
        var closest = (First: 0, Second: 1);
        double least = double.PositiveInfinity;
        for (int i = 0; i < groups.Count; i++)
        {
            for (int j = i + 1; j < groups.Count; j++)
            {
                double loss = groups[i].Loss(groups[j]);
                if (loss < least)
                    (least, closest) = (loss, (i, j));
            }
        }
        return closest;
    }

    private static int Nearest(StateChain chain, int state, List<List<int>> groups) =>
        Enumerable.Range(0, groups.Count).MaxBy(group => groups[group].Sum(other => chain.Shared(state, other)));

    private sealed record Group(List<int> States, double Share, double[] Ends)
    {
        public double Loss(Group other)
        {
            double[] mean = Distributions.Mean(Share, Ends, other.Share, other.Ends);
            return Share * Distributions.Divergence(Ends, mean) + other.Share * Distributions.Divergence(other.Ends, mean);
        }

        public Group With(Group other) =>
            new([.. States, .. other.States], Share + other.Share, Distributions.Mean(Share, Ends, other.Share, other.Ends));
    }
}
