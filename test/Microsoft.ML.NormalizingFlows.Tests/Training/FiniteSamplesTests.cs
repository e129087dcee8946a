using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.DataView;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public sealed class FiniteSamplesTests
{
    // The inverse of a linear map that shrinks by 1e-3 in each of many layers leaves Single.
    private static FlowModel Diverged => Fake.Model with
    {
        Members = [Fake.Model.Members[0] with { Arrays = [.. Fake.Model.Members[0].Arrays.Select(array => array.Name == ParameterNames.Scale ? array with { Values = [3e38f, 3e38f] } : array)] }],
    };

    private static RowTable Given
    {
        get
        {
            var rows = new RowTable(Fake.Dimensions);
            rows.Add(new float[Fake.Dimensions]);
            return rows;
        }
    }

    [Fact]
    public void A_flow_that_draws_what_is_not_finite_is_an_error_that_names_what_to_change()
    {
        FiniteSamples.Check(Fake.Model, ComputeDevice.Cpu, seed: 1, Given);
        var error = Assert.Throws<InvalidOperationException>(() => FiniteSamples.Check(Diverged, ComputeDevice.Cpu, seed: 1, Given));
        Assert.StartsWith("The flow diverged in training (a row drawn from it has the value ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Training.LearningRate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_looked_at_as_they_are_drawn()
    {
        var ml = new MLContext(seed: 1);
        using var flow = new NormalizingVariationalFlowTransformer(ml, new Microsoft.ML.NormalizingFlows.Density.FlowFile(Fake.AllColumns, Diverged));
        var rows = flow.Sample(10_000, seed: 1);
        Assert.Throws<InvalidOperationException>(() => Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(rows, "Features").Count());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Weights_that_are_not_finite_are_one_too(float value)
    {
        var member = Fake.Model.Members[0];
        var model = Fake.Model with { Members = [member with { Arrays = [.. member.Arrays.SkipLast(1), member.Arrays[^1] with { Values = [.. member.Arrays[^1].Values.Select(_ => value)] }] }] };
        Assert.Throws<InvalidOperationException>(() => FiniteSamples.Check(model, ComputeDevice.Cpu, seed: 1, Given));
    }

    [Theory]
    [InlineData(2_000, 2_000, 8, 5)]
    [InlineData(2_048, 8_192, 256, 128)]
    [InlineData(2, 8_192, 8, 128)]
    public void A_flow_that_is_too_large_is_refused_before_rows_are_read(int dimensions, int hiddenUnits, int bins, int layers)
    {
        var rows = new ArrayRows([new float[dimensions], new float[dimensions]]);
        var architecture = new FlowArchitecture { Dimensions = dimensions, Layers = layers, HiddenUnits = hiddenUnits, Bins = bins };
        var error = Assert.Throws<InvalidOperationException>(() => FlowTrainer.Train(architecture, new TrainingSettings(), rows, null, null, new ListLog()));
        Assert.Contains("learned values, but at most 268,435,456 are possible: choose fewer Flow.HiddenUnits", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, rows.Passes);
    }

    [Theory]
    [InlineData(FlowMap.Affine)]
    [InlineData(FlowMap.RationalQuadraticSpline)]
    public void The_greatest_learning_rate_gives_finite_rows_or_an_error(FlowMap map)
    {
        var random = new RandomStream(1);
        var rows = new ArrayRows([.. Enumerable.Range(0, 400).Select(_ => new[] { (float)Math.Pow(random.NextNormal(), 9), (float)random.NextNormal() })]);
        var architecture = new FlowArchitecture { Dimensions = 2, Layers = 8, HiddenUnits = 8, Map = map };
        var settings = new TrainingSettings { Epochs = 10, BatchSize = 32, LearningRate = 1, GradientClip = 1e6, KeepsLast = true };
        try
        {
            var model = FlowTrainer.Train(architecture, settings, rows, null, null, new ListLog());
            using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
            var drawn = new float[2 * 1_000];
            evaluator.Sample(1_000, new RandomStream(2), null, drawn);
            Assert.All(drawn, value => Assert.True(float.IsFinite(value)));
        }
        catch (InvalidOperationException error)
        {
            Assert.Contains("Training.LearningRate", error.Message, StringComparison.Ordinal);
        }
    }
}
