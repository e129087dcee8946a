using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

/// <summary>Rows (a, b, c, a + b) in units of their own, but for a hundredth.</summary>
public class LinearRelationsTests
{
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.05, 0.05)]
    [InlineData(0.05, 0.0)]
    public void A_sum_is_found_and_a_row_that_breaks_it_is_odd(double share, double broken)
    {
        var random = new RandomStream(1);
        var rows = new RowTable(4);
        for (int i = 0; i < 400; i++)
            rows.Add(Row(random, i < broken * 400 ? 2 : 0));
        var local = LocalStates.Of(rows, share, out _);
        var relations = LinearRelations.Of(local.Prototypes(), local.Scale, share);
        Assert.NotNull(relations);
        Assert.Equal([3], relations.Residuals.Select(residual => residual.Feature));
        Assert.True(Enumerable.Range(0, 200).Average(_ => Excess(Row(random, 0)) > 0 ? 1.0 : 0) < 0.1);
        Assert.All(Enumerable.Range(0, 200).Select(_ => Excess(Row(random, 2))), excess => Assert.True(excess > 1, $"{excess}"));

        double Excess(float[] row) => relations.Excess(Standardized(local, row));
    }

    [Fact]
    public void What_would_keep_the_sum_is_known_for_each_feature_of_it()
    {
        var random = new RandomStream(2);
        var rows = new RowTable(4);
        for (int i = 0; i < 300; i++)
            rows.Add(Row(random, 0));
        var local = LocalStates.Of(rows, 0, out _);
        var relations = LinearRelations.Of(local.Prototypes(), local.Scale, 0)!;
        double[] corrections = relations.Corrections(Standardized(local, [3, 200, 0.3f, 208]));        // 3 + 200 = 203
        Assert.Equal(5, corrections[0] * local.Scale[0], 0.1);
        Assert.Equal(5, corrections[1] * local.Scale[1], 0.1);
        Assert.Equal(-5, corrections[3] * local.Scale[3], 0.1);
    }

    [Fact]
    public void There_is_none_among_independent_features_few_rows_and_constants()
    {
        var random = new RandomStream(3);
        var rows = new RowTable(4);
        for (int i = 0; i < 300; i++)
            rows.Add([(float)random.NextNormal(), (float)random.NextNormal(), 5, (float)random.NextNormal()]);
        Assert.Null(Relations(rows, 0));
        Assert.Null(Relations(rows, null));
        var few = new RowTable(4);
        for (int i = 0; i < 10; i++)
            few.Add(Row(random, 0));
        Assert.Null(Relations(few, 0));

        static LinearRelations? Relations(RowTable rows, double? contamination)
        {
            var local = LocalStates.Of(rows, contamination, out _);
            return LinearRelations.Of(local.Prototypes(), local.Scale, contamination ?? 0.05);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(null)]
    public void A_detector_sees_a_broken_sum_explains_it_and_is_saved_with_it(double? contamination)
    {
        var ml = new MLContext(seed: 1);
        var random = new RandomStream(4);
        var train = View(ml, [.. Enumerable.Range(0, 400).Select(i => Row(random, contamination is null && i < 12 ? 2 : 0))]);
        float[][] good = [.. Enumerable.Range(0, 200).Select(_ => Row(random, 0))], bad = [.. Enumerable.Range(0, 100).Select(_ => Row(random, 2))];
        using var detector = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = contamination, FalsePositiveRate = 0.1, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 }, Training = { Epochs = 2 },
            FeatureContributionsColumnName = "Why", ExpectedFeaturesColumnName = "Expected",
        }).Fit(train);
        var table = View(ml, [.. good, .. bad]);
        float[] scores = [.. detector.Transform(table).GetColumn<float>("Score")];
        float usual = scores[..200].Order().ElementAt(180);
        Assert.True(scores[200..].Count(score => score > usual) > 90);

        float[][] why = [.. detector.Transform(View(ml, [[3, 200, 0.3f, 208]])).GetColumn<float[]>("Why")], expected = [.. detector.Transform(View(ml, [[3, 200, 0.3f, 208]])).GetColumn<float[]>("Expected")];
        Assert.Equal(203, expected[0][3], 0.5);
        Assert.True(why[0][3] > why[0][2] + 1, string.Join(" ", why[0]));

        var stream = new MemoryStream();
        ml.Model.Save(detector, table.Schema, stream);
        stream.Position = 0;
        Assert.Equal(scores, new MLContext().Model.Load(stream, out _).Transform(table).GetColumn<float>("Score").ToArray());
    }

    [Fact]
    public void What_is_expected_of_Doubles_is_what_the_user_would_write()
    {
        var ml = new MLContext(seed: 1);
        var random = new RandomStream(5);
        var train = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(_ => Row(random, 0)).Select(row => new Prices { Net = Math.Round(row[1], 2), Gross = Math.Round(row[1] * 1.19, 2) }));
        using var model = ml.Transforms.Concatenate("Features", "Net", "Gross").Append(ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = 0, FalsePositiveRate = 0.1, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 }, Training = { Epochs = 2 }, ExpectedFeaturesColumnName = "Expected",
        })).Fit(train);
        double[] expected = model.Transform(ml.Data.LoadFromEnumerable<Prices>([new() { Net = 200.1, Gross = 300 }])).GetColumn<double[]>("Expected").Single();
        Assert.Equal(200.1 * 1.19, expected[1], 0.05);
        Assert.All(expected, value => Assert.True(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture).Length <= 13, $"{value:R}"));
    }

    private sealed class Prices
    {
        public double Net { get; set; }

        public double Gross { get; set; }
    }

    private static float[] Standardized(LocalStates local, float[] row)
    {
        var standardized = new float[row.Length];
        local.Standardize(row, standardized);
        return standardized;
    }

    private static float[] Row(RandomStream random, double broken)
    {
        double a = 3 * random.NextNormal(), b = 200 + 5 * random.NextNormal();
        return [(float)a, (float)b, (float)random.NextNormal(), (float)(a + b + 0.05 * random.NextNormal() + broken)];
    }

    private static IDataView View(MLContext ml, float[][] rows) => ml.Data.LoadFromEnumerable(rows.Select(row => new Four { Features = row }));

    private sealed class Four
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }
}
