namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

/// <summary>What cannot be clustered is answered in one sentence, before training.</summary>
public class BadClusteringTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(1_025)]
    public void A_number_of_clusters_out_of_range(int clusters)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", clusters));
        Assert.Contains($"numberOfClusters is {clusters}, but must be from 2 to 1,024", error.Message);
    }

    [Fact]
    public void Many_clusters_of_few_rows_work_or_are_told_in_the_words_of_the_options()
    {
        var ml = new MLContext(seed: 1);
        var random = new Microsoft.ML.NormalizingFlows.Numerics.RandomStream(1);
        var table = ml.Data.LoadFromArray(Enumerable.Range(0, 300).Select(_ => new[] { (float)random.NextNormal(), (float)random.NextNormal() }).ToArray());
        foreach (int clusters in new[] { 20, 130, 250, 269, 280, 299, 500 })
        {
            var options = new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = clusters, Training = { Epochs = 1 }, Flow = { HiddenUnits = 4 } };
            try
            {
                using var model = ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(table);
                Assert.Equal(clusters, model.NumberOfClusters);
            }
            catch (InvalidOperationException error)
            {
                Assert.StartsWith($"NumberOfClusters is {clusters}, but there are only 300 rows", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void More_clusters_than_rows()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 7).Fit(view));
        Assert.Equal("NumberOfClusters is 7, but there are only 6 rows, of which 5 or more are trained on: choose fewer clusters, of two rows each at least, or give more rows.", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features").Fit(view));
        Assert.StartsWith("MaximumClusters is 10, but there are only 6 rows", error.Message);
    }

    [Fact]
    public void Fewer_states_than_clusters() => Refused("Flow.Latent.States is 3", options => (options.NumberOfClusters, options.Flow.Latent) = (4, FlowLatent.Discrete(3)));

    [Fact]
    public void No_states() => Refused("Flow.Latent is None, but clusters are made of states", options => options.Flow.Latent = FlowLatent.None);

    [Fact]
    public void An_ensemble() => Refused("Flow.EnsembleSize is 3, but a clustering keeps one flow: set Restarts", options => options.Flow.EnsembleSize = 3);

    [Fact]
    public void No_flows() => Refused("Restarts is 0, but must be from 1 to 64", options => options.Restarts = 0);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_tolerance_that_is_none(double tolerance) => Refused("AgreementTolerance", options => options.AgreementTolerance = tolerance);

    [Fact]
    public void No_clusters_to_try() => Refused("MaximumClusters is 1", options => options.MaximumClusters = 1);

    [Fact]
    public void Two_columns_of_one_name() => Refused("ProbabilitiesColumnName is 'Score'", options => options.ProbabilitiesColumnName = "Score");

    [Fact]
    public void An_option_of_the_flow() => Refused("Flow.Layers is 0", options => options.Flow.Layers = 0);

    [Fact]
    public void A_column_that_is_not_there()
    {
        var view = _ml.Data.LoadFromEnumerable(Moons.Draw(6, seed: 1));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Fetures", 2).Fit(view));
        Assert.Contains("There is no feature column 'Fetures'", error.Message);
    }

    [Fact]
    public void A_column_of_text()
    {
        var view = _ml.Data.LoadFromEnumerable([new { Name = "a" }, new { Name = "b" }]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.NormalizingVariationalFlow("Name", 2).Fit(view));
        Assert.Contains("The feature column 'Name'", error.Message);
        Assert.Contains("String", error.Message);
    }

    [Fact]
    public void A_row_that_is_not_finite()
    {
        var rows = Moons.Draw(100, seed: 1).ToList();
        rows[7].Features[1] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.Clustering.Trainers.NormalizingVariationalFlow("Features", 2).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("Features[1]", error.Message);
        Assert.Contains("7", error.Message);
    }

    [Fact]
    public void An_empty_table()
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
