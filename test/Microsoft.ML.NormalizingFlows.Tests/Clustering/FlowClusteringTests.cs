using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

public class FlowClusteringTests(Moons moons) : IClassFixture<Moons>
{
    private List<Moons.Clustered> Clustered(IDataView view) => [.. moons.Ml.Data.CreateEnumerable<Moons.Clustered>(moons.Model.Transform(view), reuseRowObject: false)];

    [Fact]
    public void Curved_clusters_are_found()
    {
        var metrics = moons.Ml.Clustering.Evaluate(moons.Model.Transform(moons.Test), "Label", featureColumnName: "Features");
        Assert.True(metrics.NormalizedMutualInformation > 0.9, $"{metrics.NormalizedMutualInformation}");
        Assert.True(double.IsFinite(metrics.AverageDistance));
        Assert.True(metrics.DaviesBouldinIndex > 0);
    }

    [Fact]
    public void A_score_is_the_negative_log_of_the_joint_density_and_the_label_its_least()
    {
        var rows = Clustered(moons.Test);
        float[] logDensity = [.. moons.Model.Flow.Transform(moons.Test).GetColumn<float>("LogDensity")];
        for (int i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            Assert.Equal(1, row.Probabilities.Sum(), 1e-5);
            Assert.Equal(row.PredictedLabel, (uint)row.ClusterNumber);
            Assert.Equal(row.Score.Min(), row.Score[row.PredictedLabel - 1]);
            Assert.All(row.Score, score => Assert.True(float.IsFinite(score)));
            for (int c = 0; c < 2; c++)
                Assert.Equal(-logDensity[i] - Math.Log(Math.Max(row.Probabilities[c], 1.17549435e-38f)), row.Score[c], 1e-4);
        }
    }

    [Fact]
    public void Probabilities_are_those_of_the_states_of_a_cluster()
    {
        float[][] states = [.. moons.Model.Flow.Transform(moons.Test).GetColumn<float[]>("LatentProbabilities")];
        var rows = Clustered(moons.Test);
        var clusterOfState = moons.Model.Report.ClusterOfState;
        Assert.Equal(16, clusterOfState.Count);
        for (int i = 0; i < rows.Count; i++)
            Assert.Equal(states[i].Where((_, state) => clusterOfState[state] == 1).Sum(), rows[i].Probabilities[1], 1e-5);
    }

    [Fact]
    public void The_report_tells_the_shares_from_the_largest_down()
    {
        var report = moons.Model.Report;
        Assert.Equal(1, report.Shares.Sum(), 1e-9);
        Assert.True(report.Shares[0] >= report.Shares[1]);
        Assert.Empty(report.UnusedClusters());
        Assert.Null(report.Candidates);
        var counts = Clustered(moons.Train).CountBy(row => row.ClusterNumber).ToDictionary();
        Assert.Equal(report.Shares[1], counts[2] / 1_000.0, 1e-9);
    }

    [Fact]
    public void Columns_have_the_types_and_annotations_of_ML_NET()
    {
        var schema = moons.Model.GetOutputSchema(moons.Test.Schema);
        Assert.Equal(new KeyDataViewType(typeof(uint), 2), schema["PredictedLabel"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), schema["Score"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["PredictedLabel"].GetKeyValues(ref names);
        Assert.Equal(["Cluster1", "Cluster2"], names.DenseValues().Select(name => name.ToString()));
        foreach (string column in new[] { "Score", "Probabilities" })
        {
            schema[column].GetSlotNames(ref names);
            Assert.Equal(["Cluster1", "Cluster2"], names.DenseValues().Select(name => name.ToString()));
        }
        foreach (string column in new[] { "PredictedLabel", "Score", "Probabilities", "ClusterNumber" })
        {
            ReadOnlyMemory<char> kind = default;
            schema[column].Annotations.GetValue("ScoreColumnKind", ref kind);
            Assert.Equal("Clustering", kind.ToString());
        }
    }

    [Fact]
    public void The_promised_schema_is_the_one_that_comes()
    {
        var estimator = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(Moons.Options);
        var promised = estimator.GetOutputSchema(moons.Ml.Transforms.CopyColumns("Copy", "Features").GetOutputSchema(SchemaShapes(moons.Train.Schema)));
        var given = moons.Model.GetOutputSchema(moons.Train.Schema);
        foreach (var column in given.Where(column => column.Index >= moons.Train.Schema.Count))
        {
            var shape = promised.Single(other => other.Name == column.Name);
            Assert.Equal(column.Type is KeyDataViewType, shape.IsKey);
            Assert.Equal(column.Type is VectorDataViewType, shape.Kind == SchemaShape.Column.VectorKind.Vector);
            Assert.Equal(column.Annotations.Schema.Select(a => a.Name).Order(), shape.Annotations.Select(a => a.Name).Order());
        }
    }

    [Fact]
    public void A_row_without_a_feature_has_no_cluster()
    {
        var view = moons.Ml.Data.LoadFromEnumerable([new Moons.Row { Features = [float.NaN, 0] }, new Moons.Row { Features = [1, 0] }]);
        var rows = Clustered(view);
        Assert.Equal((0u, 0), (rows[0].PredictedLabel, rows[0].ClusterNumber));
        Assert.All(rows[0].Score.Concat(rows[0].Probabilities), value => Assert.True(float.IsNaN(value)));
        Assert.NotEqual(0, rows[1].ClusterNumber);
    }

    [Fact]
    public void One_row_is_clustered_as_in_a_table()
    {
        var rows = Clustered(moons.Test);
        using var engine = moons.Ml.Model.CreatePredictionEngine<Moons.Row, Moons.Clustered>(moons.Model, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = 0; i < 5; i++)
        {
            var predicted = engine.Predict(moons.Rows[i]);
            Assert.Equal(rows[i].PredictedLabel, predicted.PredictedLabel);
            Assert.Equal(rows[i].Score, predicted.Score.Select((value, c) => Math.Abs(value - rows[i].Score[c]) < 1e-4 ? rows[i].Score[c] : value));
        }
    }

    [Fact]
    public void A_DataFrame_is_clustered_to_a_DataFrame()
    {
        var rows = Moons.Draw(300, seed: 4);
        var frame = new DataFrame(
            new SingleDataFrameColumn("X", rows.Select(row => row.Features[0])), new SingleDataFrameColumn("Y", rows.Select(row => row.Features[1])));
        var options = Moons.Options;
        options.Training.Epochs = 2;
        using var model = moons.Ml.Transforms.Concatenate("Features", "X", "Y").Append(moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options)).Fit(frame);
        var clustered = model.Transform(frame).ToDataFrame(-1, "X", "ClusterNumber");
        Assert.Equal(300, clustered.Rows.Count);
        Assert.All(Enumerable.Range(0, 300), i => Assert.InRange((int)clustered["ClusterNumber"][i], 1, 2));
    }

    [Fact]
    public void A_seed_reproduces()
    {
        var options = Moons.Options;
        options.Training.Epochs = 2;
        options.Training.Seed = 7;
        float[] Scores()
        {
            using var model = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(moons.Train);
            return [.. model.Transform(moons.Test).GetColumn<float[]>("Score").SelectMany(score => score)];
        }
        Assert.Equal(Scores(), Scores());
    }

    [Fact]
    public void The_number_of_clusters_is_the_one_that_restarts_agree_on()
    {
        var options = Moons.Options;
        (options.NumberOfClusters, options.MaximumClusters, options.Restarts) = (null, 5, 3);
        using var model = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(moons.Train);
        Assert.True(2 == model.NumberOfClusters, string.Join(", ", model.Report.Candidates!));
        Assert.Equal([2, 3, 4, 5], model.Report.Candidates!.Select(candidate => candidate.Clusters));
        Assert.True(model.Report.Candidates![0].Agreement > 0.9);
    }

    [Fact]
    public void Without_restarts_held_out_density_chooses_the_number_of_clusters()
    {
        var options = Moons.Options;
        var seen = new List<(int Flow, int Flows)>();
        (options.NumberOfClusters, options.MaximumClusters, options.Restarts) = (null, 3, 1);
        options.Training.Progress = new Listener(progress => seen.Add((progress.Flow, progress.Flows)));
        using var model = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(moons.Train);
        Assert.True(2 == model.NumberOfClusters, string.Join(", ", model.Report.Candidates!));
        Assert.All(model.Report.Candidates!, candidate => Assert.True(candidate is { Agreement: null, LogDensity: < 0 and > -10 }, candidate.ToString()));
        // Three folds of each distinct cluster come behind the flow whose states are merged.
        var flows = seen.Distinct().Order().ToList();
        Assert.Equal((1, 1), flows[0]);
        int judged = flows.Count - 1;
        Assert.True(judged % 3 == 0 && judged <= 15, $"{judged}");
        Assert.Equal(Enumerable.Range(2, judged).Select(flow => (flow, judged + 1)), flows.Skip(1));
    }

    [Fact]
    public void Cancelled_while_densities_are_compared_agreement_chooses()
    {
        using var source = new CancellationTokenSource();
        var options = Moons.Options;
        (options.NumberOfClusters, options.MaximumClusters, options.Restarts, options.AgreementTolerance) = (null, 3, 2, 1);
        (options.Training.Epochs, options.Training.Cancellation, options.Training.WhenCancelled) = (5, source.Token, WhenCancelled.KeepBest);
        options.Training.Progress = new Listener(progress =>
        {
            if (progress.Flow > 2)
                source.Cancel();
        });
        using var model = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(moons.Train);
        Assert.True(source.IsCancellationRequested);
        Assert.All(model.Report.Candidates!, candidate => Assert.Null(candidate.LogDensity));
        Assert.Equal(model.Report.Candidates!.MaxBy(candidate => candidate.Agreement)!.Clusters, model.NumberOfClusters);
    }

    [Fact]
    public void Progress_tells_of_restarts()
    {
        var options = Moons.Options;
        var seen = new List<(int Flow, int Flows)>();
        (options.Restarts, options.Training.Epochs, options.Training.Progress) = (2, 1, new Listener(progress => seen.Add((progress.Flow, progress.Flows))));
        using var model = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(moons.Train);
        Assert.Equal([(1, 2), (2, 2)], seen.Order());      // the two are trained side by side
    }

    [Theory]
    [InlineData(2)]
    [InlineData(null)]
    public void A_cancelled_training_clusters_with_what_there_is_if_the_number_is_known(int? clusters)
    {
        using var source = new CancellationTokenSource();
        var options = Moons.Options;
        (options.NumberOfClusters, options.MaximumClusters, options.Restarts) = (clusters, 4, 3);
        (options.Training.Cancellation, options.Training.WhenCancelled, options.Training.Threads) = (source.Token, WhenCancelled.KeepBest, 1);
        int epochs = 0;
        options.Training.Progress = new Listener(_ =>
        {
            if (++epochs == 3)
                source.Cancel();
        });
        var trainer = moons.Ml.Clustering.Trainers.NormalizingVariationalFlow(options);
        if (clusters is null)
        {
            Assert.Contains("set NumberOfClusters", Assert.Throws<OperationCanceledException>(() => trainer.Fit(moons.Train)).Message);
            return;
        }
        using var model = trainer.Fit(moons.Train);
        Assert.True(model.Flow.Report.Cancelled);
        Assert.Equal(3, epochs);
        Assert.Equal(2, model.NumberOfClusters);
    }

    private static SchemaShape SchemaShapes(DataViewSchema schema) => NormalizingFlows.DataView.SchemaShapes.Of(schema);
}
