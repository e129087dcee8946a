using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Tests;
using PaperToys.Plane;

namespace Programs.Tests.Samples.PaperToys;

/// <summary>The numbers of learned values by which the sample matches flows.</summary>
public sealed class FlowSizeTests
{
    [Theory]
    [InlineData(4, 4, 262, 696)]
    [InlineData(4, 32, 8_998, 9_992)]
    [InlineData(10, 32, 22_486, 24_440)]
    public void They_are_those_of_the_paper(int layers, int hidden, int plain, int twoStates)
    {
        var size = new FlowSize(layers, hidden);
        Assert.Equal(plain, size.Parameters(states: 1));
        Assert.Equal(twoStates, size.Parameters(states: 2));
    }

    [Theory]
    [InlineData(4, 4, 8)]
    [InlineData(3, 7, 1)]
    [InlineData(2, 5, 3)]
    public void They_are_what_the_library_trains(int layers, int hidden, int states)
    {
        var ml = new MLContext(seed: 1);
        float[][] rows = [.. Enumerable.Range(0, 60).Select(i => new[] { MathF.Sin(i), MathF.Cos(3 * i) })];
        using var model = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            Flow = { Latent = FlowLatent.Discrete(states) with { EncoderHiddenUnits = FlowSize.EncoderHiddenUnits }, Map = FlowMap.Affine, Layers = layers, HiddenUnits = hidden },
            Training = { Epochs = 1 },
        }).Fit(ml.Data.LoadFromEnumerable(FeatureRow.From(rows)));
        Assert.Equal(model.Report.Parameters, new FlowSize(layers, hidden).Parameters(states));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void A_matched_flow_has_at_least_as_many_and_one_unit_less_would_be_too_few(int states)
    {
        foreach (FlowSize size in FlowSize.Paper)
        {
            int wanted = size.Parameters(states);
            FlowSize matched = size.Matching(wanted);
            Assert.Equal(size.Layers, matched.Layers);
            Assert.True(matched.Parameters(states: 1) >= wanted);
            Assert.True((matched with { HiddenUnits = matched.HiddenUnits - 1 }).Parameters(states: 1) < wanted);
        }
    }
}
