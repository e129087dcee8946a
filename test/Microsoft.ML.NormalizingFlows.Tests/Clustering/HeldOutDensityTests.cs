using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

public class HeldOutDensityTests
{
    private static readonly ClusterFlow s_flow = new(new ComputeDevice(null, true), CancellationToken.None);

    private static (RowTable Rows, int[] Moon) Draw(int count)
    {
        var drawn = Moons.Draw(count, seed: 5);
        var rows = new RowTable(2);
        foreach (var row in drawn)
            rows.Add(row.Features);
        return (rows, [.. drawn.Select(row => (int)row.Label)]);
    }

    /// <summary>
    /// The two moons, beside two clusters on the wrong side of a line and their four halves. One flow bends into both moons about as well: which
    /// of the two is ahead depends on how a machine rounds.
    /// </summary>
    [Fact]
    public void It_is_greater_for_the_clusters_that_are_there_than_for_parts_of_them()
    {
        var (rows, moon) = Draw(900);
        int[] side = [.. Enumerable.Range(0, rows.Count).Select(row => rows[row][0] < 0.5f ? 0 : 1)];
        var densities = new HeldOutDensity(rows, s_flow, seed: 1).Of(
            [moon, side, [.. moon.Zip(side, (a, b) => 2 * a + b)]], (_, _) => null);
        Assert.True(densities[0] > densities.Skip(1).Max() + 0.01, string.Join(", ", densities));
    }

    [Fact]
    public void Clusters_that_are_shared_are_learnt_once()
    {
        var (rows, moon) = Draw(200);
        var seen = new HashSet<(int, int)>();
        int[] apart = [.. moon.Select((label, row) => label == 0 ? 5 : row % 2)];
        var densities = new HeldOutDensity(rows, s_flow, seed: 1).Of([moon, [.. moon.Select(label => 1 - label)], apart], (flow, flows) =>
        {
            seen.Add((flow, flows));
            return null;
        });
        Assert.Equal(densities[0], densities[1], 9);
        Assert.Equal(Enumerable.Range(0, 12).Select(flow => (flow, 12)), seen.Order());
    }

    /// <summary>Two large groups and a third of seven rows, far from both: three clusters beside two, and beside three of which one is the edge of a group.</summary>
    [Fact]
    public void A_group_of_a_few_rows_is_a_cluster_and_a_few_rows_of_a_group_are_none()
    {
        var random = RandomStream.For(6, "groups");
        var rows = new RowTable(2);
        int[] group = [.. Enumerable.Range(0, 207).Select(row => row < 200 ? row % 2 : 2)];
        foreach (int own in group)
            rows.Add([(float)random.NextNormal() + (own == 1 ? 12 : 0), (float)random.NextNormal() + (own == 2 ? 12 : 0)]);
        int[] joined = [.. group.Select(own => own % 2)];
        int[] torn = [.. joined.Select((own, row) => own == 0 && rows[row][1] < -1.3f ? 2 : own)];
        var densities = new HeldOutDensity(rows, s_flow, seed: 1).Of([group, joined, torn], (_, _) => null);
        Assert.True(densities[0] > densities.Skip(1).Max() + 0.01, string.Join(", ", densities));
        Assert.All(densities, density => Assert.True(double.IsFinite(density)));
    }

    /// <summary>Ten groups of 5 to 55 rows, far apart, beside five pairs of them and two halves, whose flows have more rows to learn from.</summary>
    [Fact]
    public void Many_groups_of_few_rows_are_not_outdone_by_clusters_of_many()
    {
        var random = RandomStream.For(7, "groups");
        var rows = new RowTable(2);
        int[] group = [.. Enumerable.Range(0, 300).Select(row => Enumerable.Range(0, 10).First(c => row % 55 < (c + 1) * (c + 2) / 2))];
        foreach (int own in group)
        {
            double width = 0.5 + own % 3 * 0.5;
            rows.Add([(float)(own % 3 * 22 + width * random.NextNormal()), (float)(own / 3 * 22 + width * random.NextNormal())]);
        }
        int[][] clusterings = [group, [.. group.Select(own => own / 2)], [.. group.Select(own => own / 5)]];
        var densities = new HeldOutDensity(rows, s_flow, seed: 1).Of(clusterings, (_, _) => null);
        Assert.True(densities[0] > densities.Skip(1).Max() + 0.05, string.Join(", ", densities));
    }

    [Fact]
    public void A_seed_reproduces_and_a_cancelled_training_throws()
    {
        var (rows, moon) = Draw(150);
        Assert.Equal(new HeldOutDensity(rows, s_flow, seed: 3).Of([moon], (_, _) => null), new HeldOutDensity(rows, s_flow, seed: 3).Of([moon], (_, _) => null));
        Assert.Equal(new HeldOutDensity(rows, s_flow, seed: 3).Of([moon], (_, _) => null), new HeldOutDensity(rows, s_flow, seed: 3, atOnce: 3).Of([moon], (_, _) => null));
        var cancelled = new ClusterFlow(new ComputeDevice(null, true), new CancellationToken(canceled: true));
        Assert.ThrowsAny<OperationCanceledException>(() => new HeldOutDensity(rows, cancelled, seed: 3).Of([moon], (_, _) => null));
    }
}
