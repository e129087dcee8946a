using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class SurpriseViewsTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData(0.0, false)]
    [InlineData(null, true)]
    [InlineData(0.0, true)]
    public void Views_of_good_rows_count_by_their_mean_and_of_mixed_ones_by_the_greatest_as_well(double? contamination, bool hasGaussians)
    {
        var sample = new RowTable(2);
        var random = new RandomStream(1);
        for (int i = 0; i < 300; i++)
            sample.Add([(float)random.NextNormal(), (float)random.NextNormal()]);
        var local = LocalStates.Of(sample, contamination, out float[] looks);
        var forest = local.HasRatio ? null : IsolationForest.Of(sample, new RandomStream(2));
        List<SurpriseScale> scales = [SurpriseScale.Of(Enumerable.Range(0, 300).Select(i => i / 100f)), .. Enumerable.Range(0, local.Views).Select(view => SurpriseScale.Of(looks.Where((_, place) => place % local.Views == view)))];
        if (forest is not null)
            scales.Add(SurpriseScale.Of(Enumerable.Range(0, 300).Select(i => forest.Oddness(sample[i]))));
        var gaussians = hasGaussians ? GaussianView.Of(local.Prototypes(), new RandomStream(3)) : null;
        var views = new SurpriseViews(local, forest, scales, Relations: null, gaussians);

        var workspace = new float[2 * local.Count + 2];
        float[] row = [0.1f, -0.2f], standardized = new float[2], seen = new float[local.Views];
        local.Standardize(row, standardized);
        local.Look(standardized, seen, workspace.AsSpan(0, 2 * local.Count));
        // The flow finds the row far out, the others do not.
        double flow = scales[0].Surprise(9);
        double[] surprises = [gaussians is null ? flow : (flow + gaussians.Surprise(standardized)) / 2, .. seen.Select((look, i) => scales[i + 1].Surprise(look)), .. forest is null ? [] : new[] { scales[^1].Surprise(forest.Oddness(row)) }];
        Assert.Equal(3, surprises.Length);
        Assert.True(flow > 3 * surprises.Skip(1).Average());
        Assert.Equal(contamination is null ? (surprises.Average() + surprises.Max()) / 2 : surprises.Average(), views.Surprise(-9, row, workspace), 1e-5);
    }
}
