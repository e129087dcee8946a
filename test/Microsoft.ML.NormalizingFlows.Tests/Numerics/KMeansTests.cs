using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class KMeansTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void Finds_separated_clusters(int dimensions)
    {
        var centers = Enumerable.Range(0, 5).Select(k => Enumerable.Range(0, dimensions).Select(d => d == k % dimensions ? 10.0 * (k + 1) : 0).ToArray());
        var (rows, components) = new GaussianMixture([.. centers], 0.5).Draw(500, seed: 1);
        var table = new RowTable(dimensions);
        foreach (var row in rows)
            table.Add(row);
        var fit = KMeans.Fit(table, 5, new RandomStream(2));
        var found = rows.Select(row => KMeans.Nearest(fit.Centers, row).Cluster).ToArray();
        Assert.Equal(1, AdjustedRandIndex.Of(components, found), 12);
    }

    [Fact]
    public void Moves_centers_until_they_are_the_means_of_their_rows()
    {
        const int Clusters = 5;
        var random = new RandomStream(1);
        var table = new RowTable(1);
        for (int row = 0; row < 500; row++)
            table.Add([(float)random.NextUniform()]);
        float[][] centers = KMeans.Fit(table, Clusters, random).Centers;
        var values = Enumerable.Range(0, table.Count).Select(row => table[row][0]).ToLookup(value => KMeans.Nearest(centers, [value]).Cluster);
        for (int k = 0; k < Clusters; k++)
            Assert.Equal(values[k].Average(), centers[k][0], 0.002f);
    }

    [Fact]
    public void Equal_rows_and_as_many_clusters_as_rows_are_no_problem()
    {
        var table = new RowTable(1);
        foreach (float value in new[] { 1f, 1f, 1f })
            table.Add([value]);
        Assert.Equal(0, KMeans.Fit(table, 3, new RandomStream(1)).Distortion);
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Fit(table, 4, new RandomStream(1)));
    }
}
