using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.DataView;
using Microsoft.ML.NormalizingFlows.Training;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>What the estimator gives to training, seen by a training that only looks.</summary>
public class EstimatorTests
{
    private readonly MLContext _ml = new(seed: 11);

    private sealed record Seen(
        FlowArchitecture Architecture, TrainingSettings Settings, IRowSource Training, IRowSource? Validation, FlowModel? WarmStart);

    private static Seen Fit(
        MLContext ml, Options options, IDataView data, IDataView? validation = null, NormalizingVariationalFlowTransformer? warmStart = null)
    {
        Seen? seen = null;
        var estimator = new NormalizingVariationalFlowEstimator(ml, options, (architecture, settings, training, held, warm, log) =>
        {
            log.Info("one line");
            log.Warning("one warning {0}");
            seen = new Seen(architecture, settings, training, held, warm);
            return Fake.Model;
        });
        using var transformer = estimator.Fit(data, validation, warmStart);
        return seen!;
    }

    [Fact]
    public void Options_reach_training()
    {
        var progress = new Progress<TrainingProgress>();
        using var source = new CancellationTokenSource();
        var options = new Options
        {
            Flow =
            {
                Latent = FlowLatent.Discrete(3) with { StateStandardization = true, EncoderHiddenUnits = 9, KMeansStart = false },
                Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine, Permutation = FlowPermutation.Reverse, Layers = 2,
                HiddenUnits = 7, Blocks = 2, Bins = 5, TailBound = 4, BaseComponents = 6,
            },
            Training =
            {
                Objective = LatentObjective.GumbelSoftmax, Dropout = 0.1, Epochs = 6, BatchSize = 12, LearningRate = 0.01, WeightDecay = 0.02,
                Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0.4, GradientClip = 3, ValidationFraction = 0.2, Patience = 4,
                NonFiniteRows = NonFiniteRows.Drop, ShuffleRows = 99, Progress = progress, Cancellation = source.Token,
                WhenCancelled = WhenCancelled.KeepBest, Seed = -5, GpuDeviceId = 1, FallbackToCpu = false,
                Engine = ComputeEngine.TorchSharp, Threads = 3,
            },
        };
        var seen = Fit(_ml, options, Person.View(_ml, 3));
        Assert.Equal(
            new FlowArchitecture
            {
                Dimensions = 2, States = 3, Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine, Permutation = FlowPermutation.Reverse,
                Layers = 2, HiddenUnits = 7, Blocks = 2, Bins = 5, TailBound = 4, Dropout = 0.1, StateStandardization = true,
                BaseComponents = 6, EncoderHiddenUnits = 9, Seed = unchecked((ulong)-5),
            },
            seen.Architecture);
        Assert.Equal(
            new TrainingSettings
            {
                Objective = LatentObjective.GumbelSoftmax, KMeansStart = false, Epochs = 6, BatchSize = 12, LearningRate = 0.01,
                Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0.4, WeightDecay = 0.02, GradientClip = 3, ValidationFraction = 0.2, Patience = 4, NonFiniteRows = NonFiniteRows.Drop,
                ShuffleRows = 99, Progress = progress, Cancellation = source.Token, WhenCancelled = WhenCancelled.KeepBest,
                Device = new ComputeDevice(1, false) { Engine = ComputeEngine.TorchSharp, Threads = 3 },
            },
            seen.Settings);
        Assert.Null(seen.Validation);
        Assert.Null(seen.WarmStart);
    }

    [Fact]
    public void States_of_a_mixture_reach_training()
    {
        var seen = Fit(_ml, new Options { Flow = { Latent = FlowLatent.Mixture(3) }, Training = { Seed = 1 } }, Person.View(_ml, 9));
        Assert.Equal(new FlowArchitecture { Dimensions = 2, States = 3, MixtureLatent = true, StateStandardization = true, Seed = 1 }, seen.Architecture);
        Assert.False(seen.Settings.ChoosesLatent);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, 0.0, false)]
    [InlineData(1, null, false)]
    public void Weight_decay_is_chosen_where_neither_it_nor_states_are_named(int? states, double? decay, bool chosen) =>
        Assert.Equal(chosen, Fit(_ml, new Options { Flow = { Latent = states is { } k ? FlowLatent.Discrete(k) : FlowLatent.Automatic }, Training = { WeightDecay = decay } }, Person.View(_ml, 3)).Settings.ChoosesDecay);

    [Fact]
    public void Defaults_of_the_options_are_those_of_training()
    {
        var seen = Fit(new MLContext(seed: 0), new Options { Flow = { Latent = FlowLatent.None } }, Person.View(_ml, 3));
        Assert.Equal(new FlowArchitecture { Dimensions = 2 }, seen.Architecture);
        Assert.Equal(new TrainingSettings { LearningRate = 6e-3, Device = new ComputeDevice(null, seen.Settings.Device.FallbackToCpu) }, seen.Settings);
    }

    [Fact]
    public void Seed_and_device_come_from_the_context_where_the_options_say_nothing()
    {
        _ml.GpuDeviceId = 3;
        _ml.FallbackToCpu = false;
        var seen = Fit(_ml, new Options(), Person.View(_ml, 3));
        Assert.Equal(11ul, seen.Architecture.Seed);
        Assert.Equal(new ComputeDevice(3, false), seen.Settings.Device);
        var unseeded = new MLContext();
        Assert.NotEqual(
            Fit(unseeded, new Options(), Person.View(_ml, 3)).Architecture.Seed, Fit(unseeded, new Options(), Person.View(_ml, 3)).Architecture.Seed);
    }

    [Fact]
    public void A_loaded_or_fitted_transformer_scores_on_the_contexts_device()
    {
        var devices = new List<ComputeDevice>();
        var ml = new MLContext { GpuDeviceId = 2, FallbackToCpu = false };
        var transformer = new NormalizingVariationalFlowTransformer(ml, new(Fake.AllColumns, Fake.Model), null, (model, device) =>
        {
            devices.Add(device);
            return new FakeEvaluator(model.Shape);
        });
        Assert.Equal(3, transformer.Transform(Person.View(ml, 3)).GetColumn<float>("LogDensity").Count());
        Assert.Equal([new ComputeDevice(2, false)], devices);
    }

    [Fact]
    public void Messages_reach_the_log()
    {
        var messages = new List<string>();
        _ml.Log += (_, entry) => messages.Add(entry.RawMessage);
        Fit(_ml, new Options(), Person.View(_ml, 3));
        Assert.Contains("one line", messages);
        Assert.Contains("one warning {0}", messages);
    }

    [Fact]
    public void Rows_can_be_read_again_and_again()
    {
        var named = _ml.Transforms.Concatenate("Both", "Wealth", "Wealth").Fit(Person.View(_ml, 3)).Transform(Person.View(_ml, 3));
        var source = Fit(_ml, new Options { FeatureColumnName = "Both" }, named).Training;
        Assert.Equal(2, source.Dimensions);
        Assert.Equal("Both[1] 'Wealth'", source.SlotName(1));
        for (int pass = 0; pass < 2; pass++)
        {
            using var reader = source.Open();
            var row = new float[2];
            for (int i = 0; i < 3; i++)
            {
                Assert.True(reader.Read(row));
                Assert.Equal([1.5f * (i - 1), 1.5f * (i - 1)], row);      // from the median
            }
            Assert.False(reader.Read(row));
        }
    }

    [Fact]
    public void Scalars_sparse_vectors_and_doubles_are_read()
    {
        var data = _ml.Transforms.Conversion.MapKeyToVector("Sparse", "Group").Fit(Person.View(_ml, 12)).Transform(Person.View(_ml, 12));
        Assert.Equal([-9, -7.5f, -6], FirstRows(data, "Wealth", 3).Select(row => row[0]));
        Assert.Equal("Wealth", Fit(_ml, new Options { FeatureColumnName = "Wealth" }, data).Training.SlotName(0));
        var row = FirstRows(data, "Sparse", 8)[7];
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i == 7 ? 1f : 0), row);
        Assert.Equal([[0, 0.5f], [1, 1.5f]], FirstRows(data, "Features", 2));
    }

    [Fact]
    public void A_number_beyond_the_range_of_Single_is_refused_and_an_infinity_is_one()
    {
        var rows = _ml.Data.LoadFromEnumerable(new[] { new Person { Wealth = double.NegativeInfinity }, new Person(), new Person(), new Person { Wealth = 1e300 } });
        Assert.Equal(float.NegativeInfinity, FirstRows(rows, "Wealth", 1)[0][0]);
        var error = Assert.Throws<InvalidOperationException>(() => FirstRows(rows, "Wealth", 4));
        Assert.StartsWith("Row 3 (counted from 0) has the value 1E+300 in Wealth, too far from the others (0)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_must_fit()
    {
        var options = new Options { FeatureColumnName = "Both" };
        var two = _ml.Transforms.Concatenate("Both", "Wealth", "Wealth").Fit(Person.View(_ml, 3)).Transform(Person.View(_ml, 3));
        var three = _ml.Transforms.Concatenate("Both", "Wealth", "Wealth", "Wealth").Fit(Person.View(_ml, 3)).Transform(Person.View(_ml, 3));
        Assert.NotNull(Fit(_ml, options, two, two).Validation);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(_ml, options, two, three));
        Assert.Contains("'Both' has 3 values", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(_ml, options, two, Person.View(_ml, 3)));
    }

    [Fact]
    public void A_warm_start_is_handed_on_with_the_seed_and_the_dropout_of_the_options()
    {
        var options = new Options { Flow = { Latent = FlowLatent.Discrete(3) with { EncoderHiddenUnits = 2 }, Layers = 1, HiddenUnits = 2 }, Training = { Dropout = 0.2, Seed = 77 } };
        var seen = Fit(_ml, options, Person.View(_ml, 3), warmStart: Fake.Transformer(_ml, out _));
        Assert.Same(Fake.Model, seen.WarmStart);
        Assert.Equal((0.2, 77ul), (seen.Architecture.Dropout, seen.Architecture.Seed));
    }

    public static TheoryData<string, object> OtherShapes => new()
    {
        { "Flow.Latent.States", 4 },
        { "Flow.EnsembleSize", 2 },
        { "Flow.Layer", FlowLayer.Residual },
        { "Flow.Pattern", FlowPattern.Autoregressive },
        { "Flow.Map", FlowMap.Affine },
        { "Flow.Permutation", FlowPermutation.Reverse },
        { "Flow.Layers", 2 },
        { "Flow.HiddenUnits", 3 },
        { "Flow.Blocks", 2 },
        { "Flow.Bins", 9 },
        { "Flow.TailBound", 4.0 },
        { "Flow.Latent.StateStandardization", true },
        { "Flow.BaseComponents", 2 },
        { "Flow.Latent.EncoderHiddenUnits", 3 },
    };

    [Theory]
    [MemberData(nameof(OtherShapes))]
    public void A_warm_start_of_another_shape_names_the_option(string option, object value)
    {
        var options = new Options { Flow = { Latent = FlowLatent.Discrete(3) with { EncoderHiddenUnits = 2 }, Layers = 1, HiddenUnits = 2 } };
        OptionPath.Set(options, option, value);
        var error = Assert.Throws<ArgumentException>(() => Fit(_ml, options, Person.View(_ml, 3), warmStart: Fake.Transformer(_ml, out _)));
        Assert.Contains($"{option} = ", error.Message);
        Assert.Contains(FormattableString.Invariant($"the options say {value}"), error.Message);
    }

    [Fact]
    public void A_warm_start_decides_what_validation_would_choose()
    {
        var seen = Fit(
            _ml, new Options { Flow = { Layers = 1, HiddenUnits = 2 } }, Person.View(_ml, 3), warmStart: Fake.Transformer(_ml, out _));
        Assert.Same(Fake.Model, seen.WarmStart);
        Assert.False(seen.Settings.ChoosesLatent);
        Assert.False(seen.Settings.ChoosesMap);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(FlowMap.RationalQuadraticSpline, false)]
    public void Validation_chooses_no_map_that_is_asked_for(FlowMap? map, bool chooses) =>
        Assert.Equal(chooses, Fit(_ml, new Options { Flow = { Map = map } }, Person.View(_ml, 9)).Settings.ChoosesMap);

    [Fact]
    public void A_flow_that_was_trained_with_the_map_of_a_plain_flow_is_a_warm_start_of_the_default()
    {
        using var earlier = _ml.Transforms.NormalizingVariationalFlow(new Options { Flow = { Layers = 1, HiddenUnits = 2, EnsembleSize = 1 }, Training = { Epochs = 1 } }).Fit(Person.View(_ml, 40));
        Assert.IsType<MixtureMapSpec>(Assert.Single(earlier.Model.Members[0].Spec.Layers.OfType<MapLayerSpec>()).Map);
        var seen = Fit(_ml, new Options { Flow = { Layers = 1, HiddenUnits = 2 } }, Person.View(_ml, 40), warmStart: earlier);
        Assert.NotNull(seen.WarmStart);
    }

    [Fact]
    public void Sums_of_squares_act_up_to_the_tail_bound_and_a_warm_start_keeps_it()
    {
        Options Of(double bound) => new() { Flow = { Map = FlowMap.SumOfSquares, TailBound = bound, Latent = FlowLatent.None, Layers = 1, HiddenUnits = 2, EnsembleSize = 1 }, Training = { Epochs = 1 } };
        using var earlier = _ml.Transforms.NormalizingVariationalFlow(Of(bound: 5)).Fit(Person.View(_ml, 40));
        Assert.Equal(5, Assert.IsType<SumOfSquaresMapSpec>(Assert.Single(earlier.Model.Members[0].Spec.Layers.OfType<MapLayerSpec>()).Map).Bound);
        Assert.NotNull(Fit(_ml, Of(bound: 5), Person.View(_ml, 40), warmStart: earlier).WarmStart);
        Assert.Contains("Flow.TailBound = 5", Assert.Throws<ArgumentException>(() => Fit(_ml, Of(bound: 3), Person.View(_ml, 40), warmStart: earlier)).Message);
    }

    [Fact]
    public void A_warm_start_over_other_features_says_so()
    {
        var options = new Options { FeatureColumnName = "Wealth", Flow = { Latent = FlowLatent.Discrete(3) with { EncoderHiddenUnits = 2 }, Layers = 1, HiddenUnits = 2 } };
        var error = Assert.Throws<ArgumentException>(() => Fit(_ml, options, Person.View(_ml, 3), warmStart: Fake.Transformer(_ml, out _)));
        Assert.Contains("over 2 features", error.Message);
    }

    [Fact]
    public void A_folder_that_cannot_hold_checkpoints_is_named_before_training()
    {
        string file = Path.GetTempFileName();
        try
        {
            var options = new Options { Training = { CheckpointFolder = Path.Combine(file, "inside") } };
            var error = Assert.Throws<ArgumentException>(() => Fit(_ml, options, Person.View(_ml, 3)));
            Assert.Equal("Training.CheckpointFolder", error.ParamName);
            Assert.Contains(file, error.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_fitted_transformer_knows_its_columns()
    {
        var named = _ml.Transforms.Concatenate("Both", "Wealth", "Wealth").Fit(Person.View(_ml, 3)).Transform(Person.View(_ml, 3));
        var estimator = new NormalizingVariationalFlowEstimator(
            _ml, new Options { FeatureColumnName = "Both", LogDensityColumnName = "Density" }, (_, _, _, _, _, _) => Fake.Model);
        var transformer = estimator.Fit(named);
        Assert.Equal(Fake.Report, transformer.Report);
        Assert.Equal(2, transformer.Dimensions);
        Assert.Equal(3, transformer.LatentStates);
        Assert.NotNull(transformer.GetOutputSchema(named.Schema).GetColumnOrNull("Density"));
        var sample = transformer.Sample(1);
        VBuffer<ReadOnlyMemory<char>> names = default;
        sample.Schema["Both"].GetSlotNames(ref names);
        Assert.Equal(["Wealth", "Wealth"], names.DenseValues().Select(name => name.ToString()));
    }

    private List<float[]> FirstRows(IDataView data, string column, int count)
    {
        using var reader = Fit(_ml, new Options { FeatureColumnName = column }, data).Training.Open();
        var rows = new List<float[]>();
        var row = new float[data.Schema[column].Type is VectorDataViewType vector ? vector.Size : 1];
        while (rows.Count < count && reader.Read(row))
            rows.Add([.. row]);
        return rows;
    }
}
