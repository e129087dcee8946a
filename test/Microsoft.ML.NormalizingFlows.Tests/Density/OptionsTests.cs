using System.Text.Json;
using Microsoft.ML.NormalizingFlows.Tests.DataView;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

public class OptionsTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, object?> OutOfRange => new()
    {
        { "Flow.Latent.States", 0 },
        { "Flow.Latent.States", 1_025 },
        { "Flow.EnsembleSize", 0 },
        { "Flow.EnsembleSize", 65 },
        { "Flow.Layer", (FlowLayer)9 },
        { "Flow.Pattern", (FlowPattern)9 },
        { "Flow.Map", (FlowMap)9 },
        { "Flow.Permutation", (FlowPermutation)9 },
        { "Flow.Layers", 0 },
        { "Flow.Layers", 129 },
        { "Flow.HiddenUnits", 0 },
        { "Flow.HiddenUnits", 8_193 },
        { "Flow.Blocks", 0 },
        { "Flow.Blocks", 33 },
        { "Flow.Bins", 1 },
        { "Flow.Bins", 257 },
        { "Flow.TailBound", 0.0 },
        { "Flow.TailBound", 1_001.0 },
        { "Flow.TailBound", double.NaN },
        { "Training.Dropout", -0.1 },
        { "Training.Dropout", 1.0 },
        { "Training.Dropout", double.NaN },
        { "Flow.BaseComponents", 0 },
        { "Flow.BaseComponents", 257 },
        { "Flow.Latent.EncoderHiddenUnits", 0 },
        { "Flow.Latent.EncoderHiddenUnits", 8_193 },
        { "Training.Objective", (LatentObjective)9 },
        { "Training.Epochs", 0 },
        { "Training.BatchSize", 0 },
        { "Training.BatchSize", (1 << 20) + 1 },
        { "Training.LearningRate", 0.0 },
        { "Training.LearningRate", 1.1 },
        { "Training.LearningRate", double.NaN },
        { "Training.Schedule", (LearningRateSchedule)9 },
        { "Training.WeightAveraging", -0.1 },
        { "Training.WeightAveraging", 1.0 },
        { "Training.WeightAveraging", double.NaN },
        { "Training.WeightDecay", -0.1 },
        { "Training.WeightDecay", 1.1 },
        { "Training.GradientClip", 0.0 },
        { "Training.GradientClip", double.PositiveInfinity },
        { "Training.ValidationFraction", 0.0 },
        { "Training.ValidationFraction", 1.0 },
        { "Training.Patience", 0 },
        { "Training.NonFiniteRows", (NonFiniteRows)9 },
        { "Training.ShuffleRows", 0 },
        { "Training.WhenCancelled", (WhenCancelled)9 },
        { "Training.GpuDeviceId", -1 },
        { "Training.Engine", (ComputeEngine)9 },
        { nameof(Options.PrunedProbability), -0.1 },
        { nameof(Options.PrunedProbability), 1.0 },
        { "Training.Threads", 0 },
        { "Training.Threads", 1_025 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_its_range_is_named_with_its_value(string option, object? value)
    {
        var options = With(option, value);
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.Equal(option, error.ParamName);
        Assert.StartsWith(FormattableString.Invariant($"{option} is {value}, but must be "), error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizingVariationalFlow(options));
    }

    public static TheoryData<string, object?> AtTheEdge => new()
    {
        { "Flow.Latent.States", 1 },
        { "Flow.Latent.States", 1_024 },
        { "Flow.EnsembleSize", 64 },
        { "Flow.Layers", 128 },
        { "Flow.HiddenUnits", 8_192 },
        { "Flow.Bins", 2 },
        { "Flow.Bins", 256 },
        { "Flow.TailBound", 1_000.0 },
        { "Training.Dropout", 0.999 },
        { "Flow.BaseComponents", 256 },
        { "Training.Epochs", 1 },
        { "Training.LearningRate", 1.0 },
        { "Training.WeightAveraging", 0.0 },
        { "Training.WeightAveraging", 0.999 },
        { "Training.WeightDecay", 1.0 },
        { "Training.Patience", 1 },
        { "Training.Patience", null },
        { "Training.ShuffleRows", 1 },
        { "Training.GpuDeviceId", 0 },
        { "Training.Threads", 1_024 },
        { "Training.Threads", null },
        { nameof(Options.LogDensityColumnName), null },
    };

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void An_option_at_the_edge_of_its_range_is_taken(string option, object? value) => With(option, value).Validate();

    [Theory]
    [InlineData(nameof(Options.FeatureColumnName), "")]
    [InlineData(nameof(Options.FeatureColumnName), null)]
    [InlineData(nameof(Options.LogDensityColumnName), " ")]
    [InlineData(nameof(Options.LatentClusterColumnName), "")]
    [InlineData("Training.CheckpointFolder", "")]
    [InlineData(nameof(Options.BaseVectorColumnName), "Features")]
    [InlineData(nameof(Options.LatentProbabilitiesColumnName), "LogDensity")]
    [InlineData(nameof(Options.LatentClusterIndexColumnName), "LatentCluster")]
    public void A_name_that_is_empty_or_taken_is_named(string option, string? name)
    {
        var error = Assert.Throws<ArgumentException>(With(option, name).Validate);
        Assert.Equal(option, error.ParamName);
        Assert.StartsWith(option, error.Message);
    }

    [Fact]
    public void Every_numeric_option_is_tested()
    {
        var tested = OutOfRange.Select(row => (string)row[0]!).ToHashSet();
        var numeric = OptionRanges.Properties(typeof(Options), "").Concat(OptionRanges.Properties(typeof(DiscreteFlowLatent), "Flow.Latent."))
            .Where(option => (Nullable.GetUnderlyingType(option.Property.PropertyType) ?? option.Property.PropertyType) is var type
                             && (type.IsEnum || type == typeof(int) || type == typeof(double)))
            .Select(option => option.Path)
            .Where(name => name != "Training.Seed"); // any seed is good
        Assert.Empty(numeric.Except(tested));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_025)]
    public void A_mixture_has_two_states_or_more(int states)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(new Options { Flow = { Latent = FlowLatent.Mixture(states) } }.Validate);
        Assert.StartsWith($"Flow.Latent.States is {states}, but must be from 2 to 1,024.", error.Message);
    }

    [Fact]
    public void Options_that_are_null_are_named()
    {
        Assert.StartsWith("Flow is null: ", Assert.Throws<ArgumentException>(new Options { Flow = null! }.Validate).Message);
        Assert.StartsWith("Training is null: ", Assert.Throws<ArgumentException>(new Options { Training = null! }.Validate).Message);
        Assert.StartsWith("Flow.Latent is null: ", Assert.Throws<ArgumentException>(new Options { Flow = { Latent = null! } }.Validate).Message);
    }

    [Fact]
    public void An_argument_is_named_as_the_user_writes_it()
    {
        Says("latentStates is 0, but must be from 1 to 1,024.", () => _ml.Transforms.NormalizingVariationalFlow(latentStates: 0));
        Says("layers is 129, but must be from 1 to 128.", () => _ml.Transforms.NormalizingVariationalFlow(layers: 129));
        Says("epochs is 0, but must be 1 or more.", () => _ml.Transforms.NormalizingVariationalFlow(epochs: 0));

        static void Says(string message, Func<object> make) => Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message);
    }

    [Fact]
    public void Later_changes_of_the_options_are_not_seen()
    {
        var options = new Options();
        int layers = 0;
        var estimator = new NormalizingVariationalFlowEstimator(_ml, options, (architecture, _, _, _, _, _) =>
        {
            layers = architecture.Layers;
            return Fake.Model;
        });
        (options.Flow.Layers, options.Training.Epochs) = (9, 9);
        estimator.Fit(Person.View(_ml, 3));
        Assert.Equal(5, layers);
    }

    /// <summary>A search space of AutoML makes options from JSON.</summary>
    [Fact]
    public void Options_go_through_JSON()
    {
        FlowLatent[] latents = [FlowLatent.Automatic, FlowLatent.None, FlowLatent.Mixture(4), FlowLatent.Discrete(8) with { StateStandardization = true, KMeansStart = false }];
        foreach (FlowLatent latent in latents)
        {
            var options = new Options { Flow = { Latent = latent, Layers = 7, Map = FlowMap.Affine }, Training = { LearningRate = 0.01, Epochs = 3 } };
            var copy = JsonSerializer.Deserialize<Options>(JsonSerializer.Serialize(options))!;
            Assert.Equal((latent, 7, FlowMap.Affine), (copy.Flow.Latent, copy.Flow.Layers, copy.Flow.Map));
            Assert.Equal((0.01, 3), (copy.Training.LearningRate, copy.Training.Epochs));
            copy.Validate();
        }
    }

    private static Options With(string option, object? value)
    {
        var options = new Options { Flow = { Latent = FlowLatent.Discrete(3) } };
        OptionPath.Set(options, option, value);
        return options;
    }
}
