using System.Text.Json;
using Microsoft.ML.NormalizingFlows.Tests.DataView;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

public class OptionsTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, object?> OutOfRange => new()
    {
        { nameof(Options.LatentStates), 0 },
        { nameof(Options.LatentStates), 1_025 },
        { nameof(Options.EnsembleSize), 0 },
        { nameof(Options.EnsembleSize), 65 },
        { nameof(Options.Pattern), (FlowPattern)9 },
        { nameof(Options.Map), (FlowMap)9 },
        { nameof(Options.Permutation), (FlowPermutation)9 },
        { nameof(Options.Layers), 0 },
        { nameof(Options.Layers), 129 },
        { nameof(Options.HiddenUnits), 0 },
        { nameof(Options.HiddenUnits), 8_193 },
        { nameof(Options.Blocks), 0 },
        { nameof(Options.Blocks), 33 },
        { nameof(Options.Bins), 1 },
        { nameof(Options.Bins), 257 },
        { nameof(Options.TailBound), 0.0 },
        { nameof(Options.TailBound), 1_001.0 },
        { nameof(Options.TailBound), double.NaN },
        { nameof(Options.Dropout), -0.1 },
        { nameof(Options.Dropout), 1.0 },
        { nameof(Options.Dropout), double.NaN },
        { nameof(Options.BaseComponents), 0 },
        { nameof(Options.BaseComponents), 257 },
        { nameof(Options.EncoderHiddenUnits), 0 },
        { nameof(Options.EncoderHiddenUnits), 8_193 },
        { nameof(Options.Objective), (LatentObjective)9 },
        { nameof(Options.Epochs), 0 },
        { nameof(Options.BatchSize), 0 },
        { nameof(Options.BatchSize), (1 << 20) + 1 },
        { nameof(Options.LearningRate), 0.0 },
        { nameof(Options.LearningRate), 1.1 },
        { nameof(Options.LearningRate), double.NaN },
        { nameof(Options.Schedule), (LearningRateSchedule)9 },
        { nameof(Options.WeightAveraging), -0.1 },
        { nameof(Options.WeightAveraging), 1.0 },
        { nameof(Options.WeightAveraging), double.NaN },
        { nameof(Options.WeightDecay), -0.1 },
        { nameof(Options.WeightDecay), 1.1 },
        { nameof(Options.GradientClip), 0.0 },
        { nameof(Options.GradientClip), double.PositiveInfinity },
        { nameof(Options.ValidationFraction), 0.0 },
        { nameof(Options.ValidationFraction), 1.0 },
        { nameof(Options.Patience), 0 },
        { nameof(Options.NonFiniteRows), (NonFiniteRows)9 },
        { nameof(Options.ShuffleRows), 0 },
        { nameof(Options.WhenCancelled), (WhenCancelled)9 },
        { nameof(Options.GpuDeviceId), -1 },
        { nameof(Options.Engine), (ComputeEngine)9 },
        { nameof(Options.PrunedProbability), -0.1 },
        { nameof(Options.PrunedProbability), 1.0 },
        { nameof(Options.Threads), 0 },
        { nameof(Options.Threads), 1_025 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void AnOptionOutOfItsRangeIsNamedWithItsValue(string option, object? value)
    {
        var options = With(option, value);
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.Equal(option, error.ParamName);
        Assert.StartsWith(FormattableString.Invariant($"{option} is {value}, but must be "), error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizingVariationalFlow(options));
    }

    public static TheoryData<string, object?> AtTheEdge => new()
    {
        { nameof(Options.LatentStates), 1 },
        { nameof(Options.LatentStates), 1_024 },
        { nameof(Options.EnsembleSize), 64 },
        { nameof(Options.Layers), 128 },
        { nameof(Options.HiddenUnits), 8_192 },
        { nameof(Options.Bins), 2 },
        { nameof(Options.Bins), 256 },
        { nameof(Options.TailBound), 1_000.0 },
        { nameof(Options.Dropout), 0.999 },
        { nameof(Options.BaseComponents), 256 },
        { nameof(Options.Epochs), 1 },
        { nameof(Options.LearningRate), 1.0 },
        { nameof(Options.WeightAveraging), 0.0 },
        { nameof(Options.WeightAveraging), 0.999 },
        { nameof(Options.WeightDecay), 1.0 },
        { nameof(Options.Patience), 1 },
        { nameof(Options.Patience), null },
        { nameof(Options.ShuffleRows), 1 },
        { nameof(Options.GpuDeviceId), 0 },
        { nameof(Options.Threads), 1_024 },
        { nameof(Options.Threads), null },
        { nameof(Options.LogDensityColumnName), null },
    };

    [Theory]
    [MemberData(nameof(AtTheEdge))]
    public void AnOptionAtTheEdgeOfItsRangeIsTaken(string option, object? value) => With(option, value).Validate();

    [Theory]
    [InlineData(nameof(Options.FeatureColumnName), "")]
    [InlineData(nameof(Options.FeatureColumnName), null)]
    [InlineData(nameof(Options.LogDensityColumnName), " ")]
    [InlineData(nameof(Options.LatentClusterColumnName), "")]
    [InlineData(nameof(Options.CheckpointFolder), "")]
    [InlineData(nameof(Options.BaseVectorColumnName), "Features")]
    [InlineData(nameof(Options.LatentProbabilitiesColumnName), "LogDensity")]
    [InlineData(nameof(Options.LatentClusterIndexColumnName), "LatentCluster")]
    public void ANameThatIsEmptyOrTakenIsNamed(string option, string? name)
    {
        var error = Assert.Throws<ArgumentException>(With(option, name).Validate);
        Assert.Equal(option, error.ParamName);
        Assert.StartsWith(option, error.Message);
    }

    [Fact]
    public void EveryNumericOptionIsTested()
    {
        var tested = OutOfRange.Select(row => (string)row[0]!).ToHashSet();
        var numeric = typeof(Options).GetProperties()
            .Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is var type
                               && (type.IsEnum || type == typeof(int) || type == typeof(double)))
            .Select(property => property.Name)
            .Where(name => name != nameof(Options.Seed)); // any seed is good
        Assert.Empty(numeric.Except(tested));
    }

    [Fact]
    public void LaterChangesOfTheOptionsAreNotSeen()
    {
        var options = new Options();
        int layers = 0;
        var estimator = new NormalizingVariationalFlowEstimator(_ml, options, (architecture, _, _, _, _, _) =>
        {
            layers = architecture.Layers;
            return Fake.Model;
        });
        options.Layers = 9;
        estimator.Fit(Person.View(_ml, 3));
        Assert.Equal(5, layers);
    }

    /// <summary>A search space of AutoML makes options from JSON.</summary>
    [Fact]
    public void OptionsGoThroughJson()
    {
        var options = new Options { Layers = 7, Map = FlowMap.Affine, LearningRate = 0.01, Epochs = 3 };
        var copy = JsonSerializer.Deserialize<Options>(JsonSerializer.Serialize(options))!;
        Assert.Equal((7, FlowMap.Affine, 0.01, 3), (copy.Layers, copy.Map, copy.LearningRate, copy.Epochs));
        copy.Validate();
    }

    private static Options With(string option, object? value)
    {
        var options = new Options();
        typeof(Options).GetProperty(option)!.SetValue(options, value);
        return options;
    }
}
