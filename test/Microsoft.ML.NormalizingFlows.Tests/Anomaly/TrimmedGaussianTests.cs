using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class TrimmedGaussianTests
{
    [Fact]
    public void AClusterOfAnomaliesIsLeftOutThoughItIsDense()
    {
        var random = new RandomStream(1);
        var rows = new RowTable(3);
        for (int i = 0; i < 450; i++)
            rows.Add([.. Enumerable.Range(0, 3).Select(_ => (float)random.NextNormal())]);
        for (int i = 0; i < 50; i++)
            rows.Add([.. Enumerable.Range(0, 3).Select(_ => (float)(6 + 0.05 * random.NextNormal()))]);
        var bulk = new TrimmedGaussian(rows, trimmedShare: 0.1);
        Assert.Equal(450, Enumerable.Range(0, rows.Count).Count(i => bulk.Keeps(rows[i])));
        Assert.All(Enumerable.Range(450, 50), i => Assert.False(bulk.Keeps(rows[i])));
    }

    [Fact]
    public void FewerRowsThanFeaturesAndConstantFeaturesAreNoObstacle()
    {
        var random = new RandomStream(2);
        var rows = new RowTable(30);
        for (int i = 0; i < 10; i++)
            rows.Add([7, .. Enumerable.Range(1, 29).Select(_ => (float)random.NextNormal())]);
        var bulk = new TrimmedGaussian(rows, trimmedShare: 0.2);
        Assert.Equal(8, Enumerable.Range(0, rows.Count).Count(i => bulk.Keeps(rows[i])));
    }
}
