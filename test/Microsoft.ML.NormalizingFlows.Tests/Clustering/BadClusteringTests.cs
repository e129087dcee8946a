namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

/// <summary>What cannot be clustered is answered in one sentence, before training.</summary>
public class BadClusteringTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(1_025)]
    public void ANumberOfClustersOutOfRange(int clusters)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", clusters));
        Assert.Contains($"NumberOfClusters is {clusters}, but must be from 2 to 1024", error.Message);
    }

    [Fact]
    public void MoreClustersThanRows()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 7).Fit(view));
        Assert.Equal("NumberOfClusters is 7, but there are only 6 rows, of which 5 are trained on: choose fewer clusters, or give more rows.", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features").Fit(view));
        Assert.StartsWith("MostClusters is 10, but there are only 6 rows", error.Message);
    }

    [Fact]
    public void FewerStatesThanClusters() => Refused("LatentStates is 3", options => (options.NumberOfClusters, options.LatentStates) = (4, 3));

    [Fact]
    public void OneFlowCannotAgreeWithItself() => Refused("Restarts is 1, but must be from 2", options => options.Restarts = 1);

    [Fact]
    public void NoClustersToTry() => Refused("MostClusters is 1", options => options.MostClusters = 1);

    [Fact]
    public void TwoColumnsOfOneName() => Refused("ProbabilitiesColumnName is 'Score'", options => options.ProbabilitiesColumnName = "Score");

    [Fact]
    public void AnOptionOfTheFlow() => Refused("Layers is 0", options => options.Flow.Layers = 0);

    [Fact]
    public void AColumnThatIsNotThere()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Fetures", 2).Fit(view));
        Assert.Contains("There is no feature column 'Fetures'", error.Message);
    }

    private void Refused(string message, Action<NormalizingVariationalFlowClusteringOptions> change)
    {
        var options = new NormalizingVariationalFlowClusteringOptions();
        change(options);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow(options)).Message);
    }
}
