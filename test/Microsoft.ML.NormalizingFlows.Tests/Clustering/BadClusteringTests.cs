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
        Assert.Contains($"numberOfClusters is {clusters}, but must be from 2 to 1,024", error.Message);
    }

    [Fact]
    public void MoreClustersThanRows()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 7).Fit(view));
        Assert.Equal("NumberOfClusters is 7, but there are only 6 rows, of which 5 are trained on: choose fewer clusters, or give more rows.", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features").Fit(view));
        Assert.StartsWith("MaximumClusters is 10, but there are only 6 rows", error.Message);
    }

    [Fact]
    public void FewerStatesThanClusters() => Refused("Flow.Latent.States is 3", options => (options.NumberOfClusters, options.Flow.Latent) = (4, FlowLatent.Discrete(3)));

    [Fact]
    public void NoStates() => Refused("Flow.Latent is None, but clusters are made of states", options => options.Flow.Latent = FlowLatent.None);

    [Fact]
    public void AnEnsemble() => Refused("Flow.EnsembleSize is 3, but a clustering keeps one flow: set Restarts", options => options.Flow.EnsembleSize = 3);

    [Fact]
    public void NoFlows() => Refused("Restarts is 0, but must be from 1 to 64", options => options.Restarts = 0);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void AToleranceThatIsNone(double tolerance) => Refused("AgreementTolerance", options => options.AgreementTolerance = tolerance);

    [Fact]
    public void NoClustersToTry() => Refused("MaximumClusters is 1", options => options.MaximumClusters = 1);

    [Fact]
    public void TwoColumnsOfOneName() => Refused("ProbabilitiesColumnName is 'Score'", options => options.ProbabilitiesColumnName = "Score");

    [Fact]
    public void AnOptionOfTheFlow() => Refused("Flow.Layers is 0", options => options.Flow.Layers = 0);

    [Fact]
    public void AColumnThatIsNotThere()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Fetures", 2).Fit(view));
        Assert.Contains("There is no feature column 'Fetures'", error.Message);
    }

    [Fact]
    public void AColumnOfText()
    {
        var view = _ml.Data.LoadFromEnumerable([new { Name = "a" }, new { Name = "b" }]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Name", 2).Fit(view));
        Assert.Contains("The feature column 'Name'", error.Message);
        Assert.Contains("String", error.Message);
    }

    [Fact]
    public void ARowThatIsNotFinite()
    {
        var rows = Moons.Draw(100, seed: 1).ToList();
        rows[7].Features[1] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 2).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("Features[1]", error.Message);
        Assert.Contains("7", error.Message);
    }

    [Fact]
    public void AnEmptyTable()
    {
        var view = _ml.Data.LoadFromEnumerable(Array.Empty<Moons.Row>());
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 2).Fit(view));
        Assert.StartsWith("NumberOfClusters is 2, but there are only 0 rows", error.Message);
    }

    private void Refused(string message, Action<NormalizingVariationalFlowClusteringOptions> change)
    {
        var options = new NormalizingVariationalFlowClusteringOptions();
        change(options);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow(options)).Message);
    }
}
