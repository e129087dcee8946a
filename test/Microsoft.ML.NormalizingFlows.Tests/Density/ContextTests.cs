using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.DataView;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>A density that is given a context, trained once in some seconds.</summary>
public sealed class WavyFlow : IDisposable
{
    public WavyFlow()
    {
        Train = Ml.Data.LoadFromEnumerable(WavyRow.Draw(3_000, seed: 1));
        TestRows = WavyRow.Draw(2_000, seed: 2);
        Test = Ml.Data.LoadFromEnumerable(TestRows);
        Flow = new NormalizingVariationalFlowEstimator(Ml, Options).Fit(Train);
    }

    public static Options Options => new()
    {
        FeatureColumnName = "Y",
        ContextColumnName = "Given",
        QuantileColumnName = "Quantiles",
        CumulativeColumnName = "Cumulative",
        Quantiles = [0.05, 0.5, 0.95],
        Flow = { Latent = FlowLatent.None, Layers = 3, HiddenUnits = 32 },
        Training = { Epochs = 40, BatchSize = 128, Seed = 1 },
    };

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Train { get; }

    public WavyRow[] TestRows { get; }

    public IDataView Test { get; }

    public NormalizingVariationalFlowTransformer Flow { get; }

    public void Dispose() => Flow.Dispose();
}

public sealed class ContextTests(WavyFlow wavy) : IClassFixture<WavyFlow>
{
    private readonly MLContext _ml = wavy.Ml;

    [Fact]
    public void The_density_is_near_that_which_rows_were_drawn_from()
    {
        double truth = wavy.TestRows.Average(row => row.LogDensity());
        double learned = wavy.Flow.Transform(wavy.Test).GetColumn<float>("LogDensity").Average();
        Assert.InRange(learned, truth - 0.1, truth + 0.02);
    }

    [Fact]
    public void Under_each_context_it_integrates_to_one()
    {
        foreach (float[] given in new[] { new[] { -1.5f, 0 }, [0, 1], [1, -2] })
        {
            WavyRow[] grid = [.. Enumerable.Range(0, 4_000).Select(i => new WavyRow { Given = given, Y = -20 + 0.01f * (i + 0.5f) })];
            Assert.Equal(1, wavy.Flow.Transform(_ml.Data.LoadFromEnumerable(grid)).GetColumn<float>("LogDensity").Sum(value => 0.01 * Math.Exp(value)), 1e-3);
        }
    }

    [Fact]
    public void Quantiles_cover_what_they_promise_and_lie_where_they_belong()
    {
        float[][] quantiles = [.. wavy.Flow.Transform(wavy.Test).GetColumn<float[]>("Quantiles")];
        double covered = quantiles.Zip(wavy.TestRows).Count(pair => pair.First[0] <= pair.Second.Y && pair.Second.Y <= pair.First[2]) / (double)quantiles.Length;
        Assert.InRange(covered, 0.87, 0.93);       // 0.9 +- 4.5 standard errors
        double distance = quantiles.Zip(wavy.TestRows).Average(pair => Math.Abs(pair.First[1] - WavyRow.Mean(pair.Second.Given)) / WavyRow.Spread(pair.Second.Given));
        Assert.InRange(distance, 0, 0.35);
        VBuffer<ReadOnlyMemory<char>> names = default;
        wavy.Flow.GetOutputSchema(wavy.Test.Schema)["Quantiles"].GetSlotNames(ref names);
        Assert.Equal(["Quantile0.05", "Quantile0.5", "Quantile0.95"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void The_probability_integral_transform_is_even()
    {
        float[] sorted = [.. wavy.Flow.Transform(wavy.Test).GetColumn<float>("Cumulative").Order()];
        double distance = sorted.Select((value, i) => Math.Abs(value - (i + 0.5) / sorted.Length)).Max();
        Assert.InRange(distance, 0, 0.06);         // of Kolmogorov; 0.036 is what 2,000 even numbers exceed once in a hundred times
    }

    [Fact]
    public void Quantiles_need_no_feature()
    {
        var unseen = _ml.Data.LoadFromEnumerable(wavy.TestRows.Select(row => new UnseenWave { Given = row.Given }));
        var predicted = wavy.Flow.Transform(unseen);
        Assert.Equal(wavy.Flow.Transform(wavy.Test).GetColumn<float[]>("Quantiles"), predicted.GetColumn<float[]>("Quantiles"));
        Assert.All(predicted.GetColumn<float>("LogDensity"), value => Assert.Equal(float.NaN, value));
        Assert.All(predicted.GetColumn<float>("Cumulative"), value => Assert.Equal(float.NaN, value));
        var single = _ml.Model.CreatePredictionEngine<UnseenWave, Predicted>(wavy.Flow, new PredictionEngineOptions { OwnsTransformer = false });
        Near.Assert(predicted.GetColumn<float[]>("Quantiles").First(), single.Predict(new UnseenWave { Given = wavy.TestRows[0].Given }).Quantiles, 1e-4, "quantile");
    }

    public sealed class Predicted
    {
        public float[] Quantiles { get; set; } = [];
    }

    [Fact]
    public void Features_are_drawn_for_each_context()
    {
        WavyRow[] given = [.. Enumerable.Range(0, 3_000).Select(i => new WavyRow { Number = i, Given = i % 2 == 0 ? [1, 0] : [-0.5f, 2] })];
        var drawn = wavy.Flow.Sample(_ml.Data.LoadFromEnumerable(given), seed: 3);
        float[] values = [.. drawn.GetColumn<float>("Y")];
        Assert.Equal(given.Select(row => row.Number), drawn.GetColumn<int>("Number"));
        for (int parity = 0; parity < 2; parity++)
        {
            float[] own = [.. values.Where((_, i) => i % 2 == parity)], context = given[parity].Given;
            double mean = own.Average(), spread = Math.Sqrt(own.Average(value => Math.Pow(value - mean, 2)));
            Assert.Equal(WavyRow.Mean(context), mean, 0.3 * WavyRow.Spread(context));
            Assert.InRange(spread / WavyRow.Spread(context), 0.75, 1.3);
        }
        Assert.Equal(values, wavy.Flow.Sample(_ml.Data.LoadFromEnumerable(given), seed: 3).GetColumn<float>("Y"));
        Assert.NotEqual(values, wavy.Flow.Sample(_ml.Data.LoadFromEnumerable(given), seed: 4).GetColumn<float>("Y"));
        Assert.Equal(values.Take(100), wavy.Flow.Sample(_ml.Data.LoadFromEnumerable(given[..100]), seed: 3).GetColumn<float>("Y"));
    }

    [Fact]
    public void A_saved_density_is_the_same()
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(wavy.Flow, wavy.Train.Schema, stream);
        using var loaded = (NormalizingVariationalFlowTransformer)_ml.Model.Load(stream, out _);
        foreach (string column in new[] { "LogDensity", "Cumulative" })
            Assert.Equal(wavy.Flow.Transform(wavy.Test).GetColumn<float>(column), loaded.Transform(wavy.Test).GetColumn<float>(column));
        Assert.Equal(wavy.Flow.Transform(wavy.Test).GetColumn<float[]>("Quantiles"), loaded.Transform(wavy.Test).GetColumn<float[]>("Quantiles"));
        Assert.Equal(wavy.Flow.Sample(wavy.Test, seed: 1).GetColumn<float>("Y"), loaded.Sample(wavy.Test, seed: 1).GetColumn<float>("Y"));
    }

    [Fact]
    public void Rows_without_their_context_have_no_scores()
    {
        WavyRow[] rows = [wavy.TestRows[0], new() { Given = [float.NaN, 0], Y = 1 }, new() { Given = [0, 0], Y = float.NaN }, wavy.TestRows[1]];
        var view = _ml.Data.LoadFromEnumerable(rows);
        var scored = wavy.Flow.Transform(view);
        Assert.Equal([false, true, true, false], scored.GetColumn<float>("LogDensity").Select(float.IsNaN));
        Assert.Equal([false, true, true, false], scored.GetColumn<float>("Cumulative").Select(float.IsNaN));
        Assert.Equal([false, true, false, false], scored.GetColumn<float[]>("Quantiles").Select(values => float.IsNaN(values[0])));
        Assert.Equal([false, true, false, false], wavy.Flow.Sample(view, seed: 1).GetColumn<float>("Y").Select(float.IsNaN));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(1, 3)]
    public void Quantiles_of_states_and_of_ensembles_are_where_the_distribution_function_says(int states, int members)
    {
        var options = WavyFlow.Options;
        options.Flow.Latent = states > 1 ? FlowLatent.Discrete(states) : FlowLatent.None;
        options.Flow.EnsembleSize = members;
        options.Training.Epochs = 3;
        using var flow = new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train);
        float[][] quantiles = [.. flow.Transform(wavy.Test).GetColumn<float[]>("Quantiles")];
        for (int q = 0; q < options.Quantiles.Count; q++)
        {
            var at = _ml.Data.LoadFromEnumerable(wavy.TestRows.Select((row, i) => new WavyRow { Given = row.Given, Y = quantiles[i][q] }));
            Assert.All(flow.Transform(at).GetColumn<float>("Cumulative"), value => Assert.Equal(options.Quantiles[q], value, 1e-4));
        }
    }

    [Fact]
    public void One_feature_has_quantiles_without_a_context_too()
    {
        var options = WavyFlow.Options;
        (options.ContextColumnName, options.Flow.Latent, options.Training.Epochs) = (null, FlowLatent.Mixture(5), 10);
        using var flow = new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train);
        float[] quantiles = flow.Transform(wavy.Test).GetColumn<float[]>("Quantiles").First();
        Assert.Equal(0.9, wavy.TestRows.Count(row => row.Y >= quantiles[0] && row.Y <= quantiles[2]) / (double)wavy.TestRows.Length, 0.04);
    }

    public sealed class Precise
    {
        public double Time { get; set; }

        public double Hour { get; set; }
    }

    [Fact]
    public void Double_is_centred_before_it_becomes_single()
    {
        const double day = 1.7e9;
        var random = new RandomStream(3);
        Precise[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt(3)).Select(hour => new Precise { Hour = day + hour, Time = day + 10 * hour + random.NextNormal() })];
        var options = WavyFlow.Options;
        (options.FeatureColumnName, options.ContextColumnName) = ("Time", "Hour");
        using var flow = new NormalizingVariationalFlowEstimator(_ml, options).Fit(_ml.Data.LoadFromEnumerable(Draw(1_500)));
        Precise[] test = Draw(300);
        var scored = flow.Transform(_ml.Data.LoadFromEnumerable(test));
        Assert.InRange(scored.GetColumn<float>("LogDensity").Average(), -1.6, -1.3);      // the entropy of N(0, 1) is 1.42
        Assert.All(scored.GetColumn<double[]>("Quantiles").Zip(test), pair => Assert.Equal(pair.Second.Hour - day, (pair.First[1] - day) / 10, 0.1));
    }

    [Fact]
    public void Columns_and_options_that_do_not_fit_are_one_sentence()
    {
        Assert.Contains("There is no context column 'Absent'", Fit(options => options.ContextColumnName = "Absent"), StringComparison.Ordinal);
        Assert.Contains("set ContextColumnName to one of them", Fit(options => options.ContextColumnName = "Absent"), StringComparison.Ordinal);
        Assert.Contains("The context column 'Number' is Int32", Fit(options => options.ContextColumnName = "Number"), StringComparison.Ordinal);
        Assert.Contains("QuantileColumnName is set, but the feature column 'Given' has 2 values a row and only one feature has quantiles", Fit(options => (options.FeatureColumnName, options.ContextColumnName) = ("Given", "Y")), StringComparison.Ordinal);
        Assert.Contains("CumulativeColumnName is set", Fit(options => (options.FeatureColumnName, options.ContextColumnName, options.QuantileColumnName) = ("Given", "Y", null)), StringComparison.Ordinal);
        Assert.Contains("know nothing of ContextColumnName 'Given'", Fit(options => options.Flow.Latent = FlowLatent.Mixture(3)), StringComparison.Ordinal);
        Assert.Contains("has the level 1, but each must be above 0 and below 1", Fit(options => options.Quantiles = [0.5, 1]), StringComparison.Ordinal);
        Assert.Contains("Quantiles has 0 levels", Fit(options => options.Quantiles = []), StringComparison.Ordinal);
        Assert.Contains("which FeatureColumnName names already", Fit(options => options.ContextColumnName = "Y"), StringComparison.Ordinal);

        var without = _ml.Data.LoadFromEnumerable(new[] { new FeatureRow { Features = [1, 2] } });
        Assert.Contains("There is no context column 'Given'", Assert.ThrowsAny<ArgumentException>(() => wavy.Flow.Transform(without)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no context column 'Given'", Assert.ThrowsAny<ArgumentException>(() => wavy.Flow.Sample(without)).Message, StringComparison.Ordinal);
        var wider = _ml.Transforms.Concatenate("Given", "Given", "Y").Fit(wavy.Test).Transform(wavy.Test);
        Assert.Contains("The context column 'Given' has 3 values a row", Assert.ThrowsAny<ArgumentException>(() => wavy.Flow.Transform(wider)).Message, StringComparison.Ordinal);
        Assert.Contains("The density is given 'Given'", Assert.Throws<InvalidOperationException>(() => wavy.Flow.Sample(5)).Message, StringComparison.Ordinal);
        Assert.Contains("given no context", Assert.Throws<InvalidOperationException>(() => Fake.Transformer(_ml, out _).Sample(wavy.Test)).Message, StringComparison.Ordinal);

        string Fit(Action<Options> change)
        {
            var options = WavyFlow.Options;
            change(options);
            return Assert.ThrowsAny<ArgumentException>(() => new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train)).Message;
        }
    }

    [Fact]
    public void A_missing_context_in_training_names_its_row()
    {
        WavyRow[] rows = WavyRow.Draw(40, seed: 1);
        rows[7].Given[1] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(() => new NormalizingVariationalFlowEstimator(_ml, WavyFlow.Options).Fit(_ml.Data.LoadFromEnumerable(rows)));
        Assert.Contains("Row 7 (counted from 0) has the value NaN (missing) in Given[1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warm_start_needs_the_same_context()
    {
        var options = WavyFlow.Options;
        options.Training.Epochs = 1;
        using var further = new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train, wavy.Test, wavy.Flow);
        Assert.InRange(further.Transform(wavy.Test).GetColumn<float>("LogDensity").Average(), wavy.Flow.Transform(wavy.Test).GetColumn<float>("LogDensity").Average() - 0.3, 10);
        options.ContextColumnName = null;
        Assert.Contains("is given 2 context values, but there are 0 now", Assert.ThrowsAny<ArgumentException>(() => new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train, null, wavy.Flow)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Automatic_choices_train_a_density_with_a_context()
    {
        var options = WavyFlow.Options;
        options.Flow.Latent = FlowLatent.Automatic;
        options.Training.Epochs = 2;
        using var flow = new NormalizingVariationalFlowEstimator(_ml, options).Fit(wavy.Train);
        Assert.Equal(3, flow.Report.EnsembleSize);
        Assert.All(flow.Transform(wavy.Test).GetColumn<float>("LogDensity"), value => Assert.True(float.IsFinite(value)));
        Assert.All(flow.Sample(wavy.Test, seed: 1).GetColumn<float>("Y"), value => Assert.True(float.IsFinite(value)));
    }
}
