using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

/// <summary>Over the fake evaluator, whose log-density is minus the sum of the features: the least usual value fits best.</summary>
public class FeatureContributionsTests
{
    // Quantiles (i + 1/2) / 16 of 0..15 and of 100..115 are these values themselves.
    private static readonly UsualValues s_usual = Usual();

    [Fact]
    public void A_feature_contributes_what_the_most_fitting_usual_value_would_save()
    {
        var (contributions, expected) = Explain([20, 103]);
        Assert.Equal([20, 3], contributions);
        Assert.Equal([0, 100], expected);
    }

    [Fact]
    public void A_value_that_fits_best_contributes_nothing_and_is_what_is_expected()
    {
        var (contributions, expected) = Explain([-1, 100]);
        Assert.Equal([0, 0], contributions);
        Assert.Equal([-1, 100], expected);
    }

    [Fact]
    public void A_row_that_cannot_be_judged_is_not_explained()
    {
        var (contributions, expected) = Explain([]);
        Assert.All(contributions.Concat(expected), value => Assert.True(float.IsNaN(value)));
    }

    private static (float[] Contributions, float[] Expected) Explain(float[] row)
    {
        using var evaluator = new SharedEvaluator(() => new FakeEvaluator(Fake.Model.Shape));
        float[] contributions = new float[2], expected = new float[2];
        new FeatureContributions(evaluator, Fake.Model.Shape, s_usual).Compute(row, contributions, expected);
        return (contributions, expected);
    }

    private static UsualValues Usual()
    {
        var rows = new RowTable(2);
        foreach (int i in Enumerable.Range(0, 16).Reverse())
            rows.Add([i, 100 + i]);
        var usual = UsualValues.Of(rows);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (float)i), usual.Of(0).ToArray());
        return usual;
    }
}
