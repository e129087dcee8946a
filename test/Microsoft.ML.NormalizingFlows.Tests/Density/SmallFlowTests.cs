using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>A real flow through the whole of ML.NET.</summary>
public class SmallFlowTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    private MLContext Ml => small.Ml;

    private List<ScoredRow> Scores(ITransformer model) =>
        [.. Ml.Data.CreateEnumerable<ScoredRow>(model.Transform(small.Test), reuseRowObject: false)];

    private static void AssertSame(List<ScoredRow> expected, List<ScoredRow> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (a, b) in expected.Zip(actual))
            Assert.Equal(a.Numbers.Select(BitConverter.SingleToInt32Bits), b.Numbers.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void It_learns_the_density_and_the_clusters()
    {
        var scores = Scores(small.Chain);
        double learned = scores.Average(row => row.LogDensity);
        double best = small.TestRows.Average(SmallFlow.Ring.LogDensity);
        Assert.InRange(learned, best - 0.25, best + 0.1);
        var (_, components) = SmallFlow.Ring.Draw(300, seed: 2);
        Assert.True(AdjustedRandIndex.Of(components, [.. scores.Select(row => row.LatentClusterIndex)]) > 0.95);
        Assert.True(small.Flow.Report.MutualInformation > 1);
        Assert.True(small.Flow.Report.TrainingRows + small.Flow.Report.ValidationRows == 1_500);
    }

    [Fact]
    public void Scores_are_those_of_the_evaluator()
    {
        using var evaluator = FlowEngines.CreateEvaluator(small.Flow.Model, ComputeDevice.Cpu);
        const FlowOutputs all = FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector;
        var expected = new FlowScores(small.Flow.Model.Shape, all, 300);
        evaluator.Score(small.TestRows.SelectMany(row => row).ToArray(), 300, expected);
        var scores = Scores(small.Chain);
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(expected.LogDensity[i], scores[i].LogDensity, 1e-4f);
            for (int k = 0; k < 4; k++)
                Assert.Equal(expected.Posterior[4 * i + k], scores[i].LatentProbabilities[k], 1e-4f);
            for (int d = 0; d < 2; d++)
                Assert.Equal(expected.BaseVector[2 * i + d], scores[i].BaseVector[d], 1e-3f);
        }
    }

    [Fact]
    public void A_prediction_engine_agrees_with_the_batch()
    {
        var scores = Scores(small.Chain);
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        using var engine = Ml.Model.CreatePredictionEngine<FeatureRow, ScoredRow>(small.Chain, options);
        for (int i = 0; i < 50; i++)
        {
            var alone = engine.Predict(new FeatureRow { Features = small.TestRows[i] });
            foreach (var (a, b) in scores[i].Numbers.Zip(alone.Numbers))
                Assert.Equal(a, b, 1e-3f);
        }
    }

    [Fact]
    public void What_is_left_out_is_bounded_in_a_column_before_and_after_saving()
    {
        var columns = new FlowColumns { Feature = "Features", LogDensity = "LogDensity", PruningBound = "Bound", PrunedProbability = 0.5 };
        using var pruning = new NormalizingVariationalFlowTransformer(Ml, new FlowFile(columns, small.Flow.Model));
        var rows = small.TestRows.Append([float.NaN, 0]).ToArray();
        var view = Ml.Data.LoadFromEnumerable(FeatureRow.From(rows));
        using var stream = new MemoryStream();
        Ml.Model.Save(pruning, view.Schema, stream);
        stream.Position = 0;
        var loaded = Ml.Model.Load(stream, out _);

        float[] bounds = [.. pruning.Transform(view).GetColumn<float>("Bound")];
        float[] densities = [.. pruning.Transform(view).GetColumn<float>("LogDensity")];
        Assert.Equal(bounds, loaded.Transform(view).GetColumn<float>("Bound"));
        Assert.Equal(densities, loaded.Transform(view).GetColumn<float>("LogDensity"));
        Assert.Equal(float.NaN, bounds[^1]);
        Assert.All(bounds[..^1], bound => Assert.InRange(bound, 0, MathF.Log(2)));
        Assert.Contains(bounds, bound => bound > 0);
        var exact = Scores(small.Chain);
        for (int i = 0; i < exact.Count; i++)
            Assert.True(densities[i] <= exact[i].LogDensity + 1e-4f);
    }

    [Fact]
    public void Saved_and_loaded_scores_are_bitwise_the_same()
    {
        using var stream = new MemoryStream();
        Ml.Model.Save(small.Chain, small.Train.Schema, stream);
        stream.Position = 0;
        var ml = new MLContext();
        var loaded = ml.Model.Load(stream, out var schema);
        Assert.Equal(small.Train.Schema.Select(column => (column.Name, column.Type)), schema.Select(column => (column.Name, column.Type)));
        var chain = Assert.IsType<TransformerChain<ITransformer>>(loaded);
        using var flow = Assert.IsType<NormalizingVariationalFlowTransformer>(chain.LastTransformer);
        Assert.Equal(small.Flow.Report, flow.Report);
        AssertSame(Scores(small.Chain), Scores(loaded));
        Assert.Equal(Describe(small.Chain.Transform(small.Test).Schema), Describe(loaded.Transform(small.Test).Schema));
        Assert.Equal(small.Flow.Sample(50, seed: 3).GetColumn<float[]>("Both"), flow.Sample(50, seed: 3).GetColumn<float[]>("Both"));

        using var again = new MemoryStream();
        ml.Model.Save(loaded, schema, again);
        again.Position = 0;
        AssertSame(Scores(small.Chain), Scores(ml.Model.Load(again, out _)));
    }

    [Fact]
    public void The_flow_alone_is_saved_with_or_without_a_schema()
    {
        foreach (var schema in new[] { small.Test.Schema, null })
        {
            using var stream = new MemoryStream();
            Ml.Model.Save(small.Flow, schema, stream);
            stream.Position = 0;
            using var loaded = Assert.IsType<NormalizingVariationalFlowTransformer>(new MLContext().Model.Load(stream, out _));
            Assert.Equal(small.Flow.Dimensions, loaded.Dimensions);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_model()
    {
        using var again = Ml.Transforms.CopyColumns("Both", "Features").Append(Ml.Transforms.NormalizingVariationalFlow(SmallFlow.Options))
            .Fit(small.Train);
        AssertSame(Scores(small.Chain), Scores(again));
    }

    [Fact]
    public void Samples_are_drawn_from_the_learned_density()
    {
        var sample = small.Flow.Sample(2_000, seed: 5);
        var rows = sample.GetColumn<float[]>("Both").ToArray();
        Assert.Equal(rows, sample.GetColumn<float[]>("Both"));
        double entropy = -rows.Average(SmallFlow.Ring.LogDensity);
        double expected = -SmallFlow.Ring.Draw(2_000, seed: 6).Rows.Average(SmallFlow.Ring.LogDensity);
        Assert.InRange(entropy, expected - 0.2, expected + 0.6);
        for (int state = 0; state < 4; state++)
        {
            var states = small.Flow.Transform(small.Flow.Sample(200, seed: 9, latentState: state)).GetColumn<int>("LatentClusterIndex");
            Assert.True(states.Count(s => s == state) > 180);
        }
    }

    [Fact]
    public void A_warm_start_goes_on_from_where_the_other_ended()
    {
        var options = SmallFlow.Options;
        options.FeatureColumnName = "Features";
        options.Training.Epochs = 1;
        options.Training.LearningRate = 1e-6;
        using var warm = Ml.Transforms.NormalizingVariationalFlow(options).Fit(small.Train, small.Test, small.Flow);
        double before = small.Flow.Transform(Copied(small.Test)).GetColumn<float>("LogDensity").Average();
        Assert.Equal(before, warm.Report.ValidationLogDensity, 0.05);
    }

    [Fact]
    public void Many_threads_score_at_once()
    {
        var expected = Scores(small.Chain);
        Parallel.For(0, 4, _ => AssertSame(expected, Scores(small.Chain)));
    }

    private IDataView Copied(IDataView view) => Ml.Transforms.CopyColumns("Both", "Features").Fit(view).Transform(view);

    private static IEnumerable<string> Describe(DataViewSchema schema) => schema.Select(column =>
        $"{column.Name} {column.Type} [{string.Join(", ", column.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}]");

    [Fact]
    public void An_ensemble_of_plain_flows_tells_nothing_of_its_members()
    {
        var options = new NormalizingVariationalFlowOptions
        {
            LatentClusterIndexColumnName = "LatentClusterIndex",
            Flow = { Latent = FlowLatent.None, EnsembleSize = 3, Layers = 2, HiddenUnits = 8 },
            Training = { Epochs = 3, BatchSize = 128 },
        };
        using var flow = Ml.Transforms.NormalizingVariationalFlow(options).Fit(small.Train);
        Assert.Equal((3, 1, 0.0, 1), (flow.Report.EnsembleSize, flow.LatentStates, flow.Report.MutualInformation, flow.Report.StatesUsed));
        var scored = flow.Transform(small.Test);
        Assert.Equal(1UL, ((KeyDataViewType)scored.Schema["LatentCluster"].Type).Count);
        Assert.All(scored.GetColumn<uint>("LatentCluster"), cluster => Assert.Equal(1u, cluster));
        Assert.All(scored.GetColumn<int>("LatentClusterIndex"), index => Assert.Equal(0, index));
        Assert.All(scored.GetColumn<float[]>("LatentProbabilities"), probabilities => Assert.Equal([1f], probabilities));
        Assert.Equal(
            flow.Sample(50, seed: 3).GetColumn<float[]>("Features").SelectMany(row => row),
            flow.Sample(50, seed: 3, latentState: 0).GetColumn<float[]>("Features").SelectMany(row => row));
        Assert.Throws<ArgumentOutOfRangeException>(() => flow.Sample(1, latentState: 1));
    }
}
