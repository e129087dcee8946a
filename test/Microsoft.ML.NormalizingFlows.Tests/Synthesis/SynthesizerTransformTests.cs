using System.IO.Compression;
using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

public class SynthesizerTransformTests(SmallPets pets, SmallSynthesizer visits) : IClassFixture<SmallPets>, IClassFixture<SmallSynthesizer>
{
    [Fact]
    public void The_log_density_is_added_under_its_name()
    {
        var options = SmallSynthesizer.Options;
        (options.LogDensityColumnName, options.Trees) = ("Familiarity", 1);
        var estimator = visits.Ml.Data.Synthesizer(options);
        var shape = estimator.GetOutputSchema(SchemaShapeOf(visits.Table));
        var scored = estimator.Fit(visits.Table).Transform(visits.Table);
        Assert.Equal(shape.Select(column => column.Name), scored.Schema.Select(column => column.Name));
        Assert.Equal("Familiarity", scored.Schema[^1].Name);
        Assert.Equal(NumberDataViewType.Single, scored.Schema["Familiarity"].Type);
        Assert.All(scored.GetColumn<float>("Familiarity"), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(1_500, scored.GetRowCount() ?? scored.GetColumn<int>("Size").Count());
    }

    [Fact]
    public void Rows_that_cannot_be_drawn_have_a_small_density()
    {
        var seen = new Pet { Kind = "cat", Age = 1, Home = "flat" };
        float[] logs = [.. pets.Synthesizer.Transform(pets.Load([seen, seen with { Home = "moon" }, seen with { Home = "" }, seen with { Age = 9 }])).GetColumn<float>("LogDensity")];
        Assert.All(logs.Skip(1), log => Assert.InRange(log, -100, logs[0] - 3));
    }

    [Fact]
    public void A_disposed_synthesizer_says_so_everywhere_and_can_be_saved()
    {
        using var stream = new MemoryStream();
        pets.Ml.Model.Save(pets.Synthesizer, null, stream);
        var loaded = (SynthesizerTransformer)pets.Ml.Model.Load(stream, out _);
        var table = pets.Load([new Pet { Kind = "cat", Age = 1, Home = "flat" }]);
        IDataView scored = loaded.Transform(table), sample = loaded.Sample(10), whole = loaded.Impute(pets.Load([new Pet { Kind = "cat", Age = 1, Home = "" }]));
        Assert.Single(scored.GetColumn<float>("LogDensity"));
        loaded.Dispose();
        loaded.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scored.GetColumn<float>("LogDensity").Count());
        Assert.Throws<ObjectDisposedException>(() => sample.GetColumn<string>("Kind").Count());
        Assert.Throws<ObjectDisposedException>(() => whole.GetColumn<string>("Home").Count());
        Assert.Throws<ObjectDisposedException>(() => loaded.Transform(table));
        Assert.Throws<ObjectDisposedException>(() => loaded.GetOutputSchema(table.Schema));
        Assert.Throws<ObjectDisposedException>(() => loaded.Sample(1));
        Assert.Throws<ObjectDisposedException>(() => loaded.Impute(table));
        using var again = new MemoryStream();
        pets.Ml.Model.Save(loaded, null, again);
        Assert.Equal(Entries(stream), Entries(again));
    }

    /// <summary>What a saved model holds. The zip around it also keeps the time of saving, to two seconds.</summary>
    private static Dictionary<string, byte[]> Entries(MemoryStream saved)
    {
        using var zip = new ZipArchive(saved, ZipArchiveMode.Read, leaveOpen: true);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    [Fact]
    public void A_prediction_engine_scores_one_row_as_in_a_table()
    {
        using var engine = pets.Ml.Model.CreatePredictionEngine<Pet, Scored>(pets.Synthesizer, new PredictionEngineOptions { OwnsTransformer = false });
        foreach (var (pet, probability) in pets.Probabilities.Take(20))
            Assert.Equal(Math.Log(probability), engine.Predict(pet).LogDensity, 1e-4);
    }

    [Fact]
    public void A_hidden_column_is_neither_learned_nor_drawn()
    {
        // A second column of the same name hides the first.
        var table = pets.Ml.Transforms.CopyColumns("Age", "IsWild").Fit(pets.Load(Pet.Draw(50, seed: 1))).Transform(pets.Load(Pet.Draw(50, seed: 1)));
        Assert.Equal(5, table.Schema.Count);
        var drawn = pets.Ml.Data.Synthesizer(new SynthesizerOptions { Trees = 1 }).Fit(table).Sample(3);
        Assert.Equal(["Kind", "Age", "IsWild", "Home"], drawn.Schema.Select(column => column.Name));
        Assert.Equal(BooleanDataViewType.Instance, drawn.Schema["Age"].Type);
    }

    [Fact]
    public void A_data_frame_comes_back_as_one()
    {
        var frame = pets.Load(Pet.Draw(300, seed: 3)).ToDataFrame(-1);
        var synthesizer = pets.Ml.Data.Synthesizer(new SynthesizerOptions { Trees = 2, Seed = 1 }).Fit(frame);
        var drawn = synthesizer.Sample(100, seed: 2).ToDataFrame(-1);
        Assert.Equal(frame.Columns.Select(column => (column.Name, column.DataType)), drawn.Columns.Select(column => (column.Name, column.DataType)));
        Assert.Equal(100, drawn.Rows.Count);
        Assert.Equal(300, synthesizer.Transform(frame).ToDataFrame(-1).Columns["LogDensity"].Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Few_rows(int count)
    {
        Assert.Equal(count, pets.Read(pets.Synthesizer.Sample(count, seed: 1)).Length);
        Assert.Equal(count, pets.Read(pets.Synthesizer.Sample(count, seed: 1, given: new { Home = "flat" })).Length);
        Assert.Equal(count, pets.Synthesizer.Transform(pets.Load(Pet.Draw(count, seed: 1))).GetColumn<float>("LogDensity").Count());
    }

    [Fact]
    public void A_cancelled_learning_keeps_the_trees_that_are_there()
    {
        var table = pets.Load(Pet.Draw(1_000, seed: 2));
        // 10 trees of a column, the first of all columns at first.
        Assert.Throws<OperationCanceledException>(() => Stopped(0.01, WhenCancelled.KeepBest));
        Assert.Throws<OperationCanceledException>(() => Stopped(0.5, WhenCancelled.Throw));
        var half = Stopped(0.5, WhenCancelled.KeepBest);
        Assert.Equal(200, pets.Read(half.Sample(200, seed: 1)).Length);
        Assert.InRange(Mean(half), Mean(pets.Synthesizer) - 0.5, Mean(pets.Synthesizer) + 0.5);

        double Mean(SynthesizerTransformer synthesizer) => synthesizer.Transform(table).GetColumn<float>("LogDensity").Average();

        SynthesizerTransformer Stopped(double done, WhenCancelled whenCancelled)
        {
            using var stop = new CancellationTokenSource();
            var progress = new Learned(report =>
            {
                Assert.True(report.Done < done + 0.2, "learning went on");
                if (report.Done >= done)
                    stop.Cancel();
            });
            return pets.Ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1, Progress = progress, Cancellation = stop.Token, WhenCancelled = whenCancelled }).Fit(table);
        }
    }

    [Fact]
    public void Rows_of_a_sample_do_not_depend_on_how_many_there_are() =>
        Assert.Equal(pets.Read(pets.Synthesizer.Sample(100, seed: 4)), pets.Read(pets.Synthesizer.Sample(3_000, seed: 4)).Take(100));

    [Fact]
    public void Progress_is_told_block_by_block_and_a_pass_can_be_cancelled()
    {
        var told = new List<SamplingProgress>();
        using var cancel = new CancellationTokenSource();
        var view = pets.Synthesizer.Sample(2_500, seed: 1, progress: new Told(told.Add), cancellation: cancel.Token);
        Assert.Empty(told);
        pets.Read(view);
        Assert.Equal([(1_024, 2_500L), (2_048, 2_500L), (2_500, 2_500L)], told.Select(now => (now.Rows, now.TotalRows)));
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
        told.Clear();
        pets.Read(pets.Synthesizer.Impute(view, seed: 1, progress: new Told(told.Add)));
        Assert.Equal(2_500, told[^1].Rows);
        cancel.Cancel();
        Assert.Equal(cancel.Token, Assert.Throws<OperationCanceledException>(() => pets.Read(view)).CancellationToken);
        Assert.Throws<OperationCanceledException>(() => pets.Read(pets.Synthesizer.Impute(pets.Load(Pet.All), seed: 1, cancellation: cancel.Token)));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var wrong = new DataFrame(new StringDataFrameColumn("Kind", ["cat"]), new StringDataFrameColumn("Age", ["1"]));
        Assert.Contains("'Age' is String, but Int32 was learned", Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.Transform(wrong)).Message);
        wrong = new DataFrame(new StringDataFrameColumn("Kind", ["cat"]));
        Assert.Contains(
            "no column 'Age' in the data, whose columns are Kind", Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.GetOutputSchema(((IDataView)wrong).Schema)).Message);
        Assert.Contains("-1 rows", Assert.Throws<ArgumentOutOfRangeException>(() => pets.Synthesizer.Sample(-1)).Message);
        Assert.Contains(
            "LogDensityColumnName is empty", Assert.Throws<ArgumentException>(() => pets.Ml.Data.Synthesizer(new SynthesizerOptions { LogDensityColumnName = " " })).Message);
    }

    private static SchemaShape SchemaShapeOf(IDataView view) => NormalizingFlows.DataView.SchemaShapes.Of(view.Schema);

    private sealed class Told(Action<SamplingProgress> report) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => report(value);
    }

    private sealed class Learned(Action<SynthesizerProgress> report) : IProgress<SynthesizerProgress>
    {
        public void Report(SynthesizerProgress value) => report(value);
    }

    private sealed class Scored
    {
        public float LogDensity { get; set; }
    }
}
