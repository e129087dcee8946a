using Microsoft.ML.NormalizingFlows.Clustering;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

public class StateGroupingTests
{
    /// <summary>Rows along a line of states, each shared by two neighbours but for the gaps; no state overlaps with one two places on.</summary>
    private static StateChain Line(int states, int[] gapsAfter, int rowsAtEach = 10)
    {
        var chain = new StateChain(states);
        var posterior = new float[states];
        for (int state = 0; state < states; state++)
        {
            for (int i = 0; i < rowsAtEach; i++)
            {
                Array.Clear(posterior);
                bool shared = i == 0 && state + 1 < states;
                float next = shared ? gapsAfter.Contains(state) ? 1e-4f : 0.4f : 0;
                posterior[state] = 1 - next;
                if (shared)
                    posterior[state + 1] = next;
                chain.Add(posterior);
            }
        }
        return chain;
    }

    [Fact]
    public void A_long_chain_of_states_is_one_cluster_and_a_gap_parts()
    {
        int[] expected = [.. Enumerable.Range(0, 20).Select(state => state < 12 ? 0 : 1)];
        Assert.Equal(expected, StateGrouping.Find(Line(20, [11]), 2));
    }

    [Fact]
    public void Clusters_are_numbered_from_the_largest()
    {
        int[] clusters = StateGrouping.Find(Line(12, [2, 4]), 3);
        Assert.Equal([1, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0], clusters);
    }

    [Fact]
    public void An_outlier_of_its_own_is_no_cluster()
    {
        var chain = Line(10, [5], rowsAtEach: 100);
        var grown = new StateChain(11);
        var posterior = new float[11];
        foreach (int state in Enumerable.Range(0, 10))
        {
            for (int i = 0; i < 100; i++)
            {
                Array.Clear(posterior);
                posterior[state] = i == 0 && state is not 5 and not 9 ? 0.6f : 1;
                if (posterior[state] < 1)
                    posterior[state + 1] = 0.4f;
                grown.Add(posterior);
            }
        }
        Array.Clear(posterior);
        posterior[10] = 1;
        grown.Add(posterior);
        int[] clusters = StateGrouping.Find(grown, 2);
        Assert.Equal(StateGrouping.Find(chain, 2), clusters[..10]);
    }

    [Fact]
    public void Unused_states_follow_and_clusters_without_states_are_empty()
    {
        var chain = new StateChain(4);
        chain.Add([1, 0, 0, 0]);
        chain.Add([0, 1, 0, 0]);
        chain.Add([0, 1, 0, 0]);
        int[] clusters = StateGrouping.Find(chain, 3);
        Assert.Equal([1, 0], clusters[..2]);
        Assert.All(clusters, cluster => Assert.InRange(cluster, 0, 1));
    }

    [Fact]
    public void Agreement_is_one_for_the_same_up_to_names_and_none_for_chance()
    {
        Assert.Equal(1, Agreement.Of([0, 0, 1, 1], [5, 5, 3, 3]), 1e-12);
        // The example of Hubert and Arabie's formula by hand: index 0, expected 2/3, most 2.
        Assert.Equal(-0.5, Agreement.Of([0, 0, 1, 1], [0, 1, 0, 1]), 1e-12);
        Assert.Equal(1, Agreement.Of([0, 0], [1, 1]));
    }

    [Theory]
    [InlineData(null, 3_000, 60)]
    [InlineData(null, 342, 20)]
    [InlineData(3, 342, 8)]
    [InlineData(3, 1_000_000, 60)]
    [InlineData(50, 1_000_000, 100)]
    [InlineData(2, 5, 4)]
    public void States_follow_rows_and_clusters(int? clusters, long rows, int states) =>
        Assert.Equal(states, ClusteringSize.States(new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = clusters }, rows));

    [Theory]
    [InlineData(3_000, 128)]
    [InlineData(100, 400)]
    [InlineData(1_000_000, 5)]
    public void Epochs_follow_rows(long rows, int epochs) => Assert.Equal(epochs, ClusteringSize.Epochs(new NormalizingVariationalFlowClusteringOptions(), rows));
}
