using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

/// <summary>With nothing set, the number of clusters that stand apart is found, however they are arranged.</summary>
public sealed class NumberOfClustersTests
{
    private const double Apart = 11;

    [Theory]
    [InlineData("line", 3, 900, 1)]
    [InlineData("line", 3, 900, 2)]
    [InlineData("line", 3, 900, 3)]
    [InlineData("line", 7, 600, 1)]
    [InlineData("grid", 2, 300, 1)]
    [InlineData("grid", 10, 300, 2)]
    [InlineData("grid", 4, 3_000, 1)]
    [InlineData("ring", 5, 300, 1)]
    [InlineData("ring", 9, 900, 2)]
    [InlineData("uneven", 6, 900, 1)]
    [InlineData("uneven", 4, 300, 2)]
    public void It_is_found(string arrangement, int clusters, int rows, int seed)
    {
        var random = new RandomStream((ulong)seed);
        var table = Enumerable.Range(0, rows).Select(row => Row(arrangement, clusters, row, random)).ToArray();
        var ml = new MLContext(seed);
        using var model = ml.Clustering.Trainers.NormalizingVariationalFlow("Features").Fit(ml.Data.LoadFromArray(table));
        Assert.True(clusters == model.NumberOfClusters, $"{model.NumberOfClusters}: {string.Join(", ", model.Report.Candidates!)}");
    }

    private static float[] Row(string arrangement, int clusters, int row, RandomStream random)
    {
        // The uneven ones have 1, 2, .. parts of the rows and are up to three times as wide as one another.
        int cluster = arrangement == "uneven" ? Enumerable.Range(0, clusters).First(c => row % (clusters * (clusters + 1) / 2) < (c + 1) * (c + 2) / 2) : row % clusters;
        double radius = Apart / (2 * Math.Sin(Math.PI / clusters)), angle = 2 * Math.PI * cluster / clusters;
        var (x, y, width) = arrangement switch
        {
            "line" => (cluster * 8.0, cluster * -8.0, 1.0),
            "grid" => (cluster % 3 * Apart, cluster / 3 * Apart, 1),
            "ring" => (radius * Math.Cos(angle), radius * Math.Sin(angle), 1),
            "uneven" => (cluster % 3 * 2 * Apart, cluster / 3 * 2 * Apart, 0.5 + cluster % 3 * 0.5),
            _ => throw new ArgumentOutOfRangeException(nameof(arrangement)),
        };
        return [(float)(x + width * random.NextNormal()), (float)(y + width * random.NextNormal())];
    }
}
