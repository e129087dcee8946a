using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

/// <summary>Rows near a curve in the plane, and a latent of one dimension that is to find the place along it.</summary>
public class ContinuousLatentTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Bent
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Place { get; set; }
    }

    // A half circle with some noise across it.
    private static Bent[] Draw(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double place = Math.PI * random.NextUniform(), radius = 2 + 0.1 * random.NextNormal();
            return new Bent { Features = [(float)(radius * Math.Cos(place)), (float)(radius * Math.Sin(place))], Place = (float)place };
        })];
    }

    private static Options Settings => new()
    {
        LatentMeanColumnName = "Z",
        LatentDeviationColumnName = "Width",
        Flow = { Latent = FlowLatent.Continuous(1) with { EncoderHiddenUnits = 32 }, Map = FlowMap.Affine, Layers = 3, HiddenUnits = 32 },
        Training = { Epochs = 60, BatchSize = 128, Seed = 1 },
    };

    [Fact]
    public void The_latent_is_the_place_along_the_curve_and_the_bound_is_near_the_density()
    {
        Bent[] test = Draw(1_500, seed: 2);
        var view = _ml.Data.LoadFromEnumerable(test);
        using var flow = _ml.Transforms.NormalizingVariationalFlow(Settings).Fit(_ml.Data.LoadFromEnumerable(Draw(3_000, seed: 1)));
        var scored = flow.Transform(view);
        float[] z = [.. scored.GetColumn<float[]>("Z").Select(values => values[0])];
        double correlation = Math.Abs(RankCorrelation(z, [.. test.Select(row => row.Place)]));
        Assert.InRange(correlation, 0.9, 1);
        // The density of a row: 1 / pi along the half circle, N(0, 0.1^2) across it, r of the polar coordinates.
        double truth = test.Average(row =>
        {
            double radius = Math.Sqrt(row.Features.Sum(value => (double)value * value)), t = (radius - 2) / 0.1;
            return -Math.Log(Math.PI) - 0.5 * t * t - Math.Log(0.1 * Math.Sqrt(2 * Math.PI)) - Math.Log(radius);
        });
        Assert.InRange(scored.GetColumn<float>("LogDensity").Average(), truth - 0.35, truth + 0.02);
        Assert.All(scored.GetColumn<float[]>("Width"), values => Assert.InRange(values[0], 0.001, 8));
        Assert.Equal("ImportanceWeightedBound(64)", Kind(scored));
        Assert.Equal(1, flow.Report.StatesUsed);
        Assert.InRange(flow.Report.MutualInformation, 0.5, 5);

        // More draws bring the bound up to the density, of which one alone is far off.
        ContinuousLatentBounds bounds = flow.Report.LatentBounds!;
        Assert.Equal(256, bounds.Rows);
        Assert.InRange(bounds.Bound64, bounds.Bound1 + 0.01, bounds.Bound512 + 0.02);
        Assert.InRange(bounds.Bound512 - bounds.Bound64, -0.02, 0.2);
        Assert.InRange(bounds.EffectiveSampleSize, 1.5, 63);

        // Rows drawn for the places of others lie beside them.
        IDataView like = flow.SampleGivenLatent(scored, "Z", seed: 3);
        double[] places = [.. like.GetColumn<float[]>("Features").Select(row => Math.Atan2(row[1], row[0]))];
        Assert.InRange(places.Zip(test, (place, row) => Math.Abs(place - row.Place)).Order().ElementAt(750), 0, 0.35);
        Assert.Equal(places, like.GetColumn<float[]>("Features").Select(row => Math.Atan2(row[1], row[0])));
        Assert.NotEqual(places, flow.SampleGivenLatent(scored, "Z", seed: 4).GetColumn<float[]>("Features").Select(row => Math.Atan2(row[1], row[0])));

        float[][] drawn = [.. flow.Sample(1_000, seed: 1).GetColumn<float[]>("Features")];
        Assert.InRange(drawn.Count(row => Math.Abs(Math.Sqrt(row[0] * row[0] + row[1] * row[1]) - 2) < 0.4 && row[1] > -0.5) / 1_000.0, 0.85, 1);

        using var stream = new MemoryStream();
        _ml.Model.Save(flow, view.Schema, stream);
        using var loaded = (NormalizingVariationalFlowTransformer)_ml.Model.Load(stream, out _);
        Assert.Equal(scored.GetColumn<float>("LogDensity"), loaded.Transform(view).GetColumn<float>("LogDensity"));
        Assert.Equal(bounds, loaded.Report.LatentBounds);
        Assert.Equal(places.Take(20), loaded.SampleGivenLatent(_ml.Data.TakeRows(scored, 20), "Z", seed: 3).GetColumn<float[]>("Features").Select(row => Math.Atan2(row[1], row[0])));
        Assert.Equal(z, loaded.Transform(view).GetColumn<float[]>("Z").Select(values => values[0]));
        Assert.Equal(flow.Sample(50, seed: 2).GetColumn<float[]>("Features").SelectMany(row => row), loaded.Sample(50, seed: 2).GetColumn<float[]>("Features").SelectMany(row => row));
        // A score depends on its row alone.
        var backwards = _ml.Data.LoadFromEnumerable(test.Take(37).Reverse());
        Assert.Equal(scored.GetColumn<float>("LogDensity").Take(37), loaded.Transform(backwards).GetColumn<float>("LogDensity").Reverse());
    }

    /// <summary>From its first principal axis a latent follows a roll to and fro, and learns no better.</summary>
    [Fact]
    public void It_unrolls_a_roll()
    {
        Bent[] test = Roll(1_000, seed: 2);
        using var flow = _ml.Transforms.NormalizingVariationalFlow(Settings).Fit(_ml.Data.LoadFromEnumerable(Roll(3_000, seed: 1)));
        var scored = flow.Transform(_ml.Data.LoadFromEnumerable(test));
        float[] z = [.. scored.GetColumn<float[]>("Z").Select(values => values[0])];
        Assert.InRange(Math.Abs(RankCorrelation(z, [.. test.Select(row => row.Place)])), 0.99, 1);
    }

    // One and a half turns, the place along them from 0 to 1.
    private static Bent[] Roll(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double place = random.NextUniform(), t = Math.PI * (1.5 + 3 * place);
            return new Bent { Features = [(float)(t * Math.Cos(t) + 0.4 * random.NextNormal()), (float)(t * Math.Sin(t) + 0.4 * random.NextNormal())], Place = (float)place };
        })];
    }

    [Fact]
    public void It_goes_with_a_context()
    {
        var options = Settings;
        (options.ContextColumnName, options.Training.Epochs) = ("Place", 3);
        var rows = _ml.Data.LoadFromEnumerable(Draw(500, seed: 1));
        using var flow = _ml.Transforms.NormalizingVariationalFlow(options).Fit(rows);
        Assert.All(flow.Transform(rows).GetColumn<float>("LogDensity"), value => Assert.True(float.IsFinite(value)));
        var scored = flow.Transform(rows);
        Assert.All(flow.SampleGivenLatent(scored, "Z", seed: 1).GetColumn<float[]>("Features").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
        Assert.Contains("There is no latent column 'Other'", Assert.Throws<ArgumentOutOfRangeException>(() => flow.SampleGivenLatent(scored, "Other")).Message, StringComparison.Ordinal);
        Assert.Contains("The latent column 'Features' has 2 values a row", Assert.Throws<ArgumentOutOfRangeException>(() => flow.SampleGivenLatent(scored, "Features")).Message, StringComparison.Ordinal);
        Assert.Contains("'Place'", Assert.Throws<ArgumentOutOfRangeException>(() => flow.SampleGivenLatent(_ml.Transforms.SelectColumns("Z").Fit(scored).Transform(scored), "Z")).Message, StringComparison.Ordinal);
        Assert.All(flow.Sample(rows, seed: 1).GetColumn<float[]>("Features").SelectMany(row => row), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_row_without_its_place_gets_no_features_and_a_flow_without_a_latent_draws_none()
    {
        var options = Settings;
        options.Training.Epochs = 1;
        using var flow = _ml.Transforms.NormalizingVariationalFlow(options).Fit(_ml.Data.LoadFromEnumerable(Draw(300, seed: 1)));
        Bent[] rows = [new() { Place = 0.5f }, new() { Place = float.NaN }, new() { Place = -0.5f }];
        float[][] drawn = [.. flow.SampleGivenLatent(_ml.Data.LoadFromEnumerable(rows), "Place", seed: 1).GetColumn<float[]>("Features")];
        Assert.Equal([true, false, true], drawn.Select(row => row.All(float.IsFinite)));
        // What is drawn for a row does not depend on those beside it.
        Assert.Equal(drawn[0], flow.SampleGivenLatent(_ml.Data.LoadFromEnumerable(rows.Take(1)), "Place", seed: 1).GetColumn<float[]>("Features").Single());

        using var plain = _ml.Transforms.NormalizingVariationalFlow(new Options { Flow = { Latent = FlowLatent.None }, Training = { Epochs = 1 } }).Fit(_ml.Data.LoadFromEnumerable(Draw(300, seed: 1)));
        Assert.Null(plain.Report.LatentBounds);
        Assert.Contains("the flow has no continuous latent", Assert.Throws<InvalidOperationException>(() => plain.SampleGivenLatent(_ml.Data.LoadFromEnumerable(rows), "Place")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_density_says_what_it_is()
    {
        var rows = _ml.Data.LoadFromEnumerable(Draw(300, seed: 1));
        Assert.Equal("Exact", Kind(new Options { Flow = { Latent = FlowLatent.None }, Training = { Epochs = 1 } }));
        Assert.Equal("Exact", Kind(new Options { Flow = { Latent = FlowLatent.Discrete(3) }, Training = { Epochs = 1 } }));
        Assert.Equal("PrunedBound(0.25)", Kind(new Options { Flow = { Latent = FlowLatent.Discrete(3) }, PrunedProbability = 0.25, Training = { Epochs = 1 } }));

        string Kind(Options options)
        {
            using var flow = _ml.Transforms.NormalizingVariationalFlow(options).Fit(rows);
            return ContinuousLatentTests.Kind(flow.Transform(rows));
        }
    }

    [Fact]
    public void What_needs_an_exact_density_is_refused_in_a_sentence()
    {
        Assert.Contains("whose density is a bound, but the column 'Q' needs an exact one", Fail(options => (options.FeatureColumnName, options.QuantileColumnName) = ("Place", "Q")), StringComparison.Ordinal);
        Assert.Contains("only a continuous latent has a mean", Fail(options => options.Flow.Latent = FlowLatent.None), StringComparison.Ordinal);
        Assert.Contains("Flow.Latent.Dimensions is 0, but must be from 1 to 256", Fail(options => options.Flow.Latent = FlowLatent.Continuous(0)), StringComparison.Ordinal);

        string Fail(Action<Options> change)
        {
            var options = Settings;
            change(options);
            return Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.NormalizingVariationalFlow(options)).Message;
        }
    }

    private static string Kind(IDataView scored)
    {
        ReadOnlyMemory<char> kind = default;
        scored.Schema["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
        return kind.ToString();
    }

    private static double RankCorrelation(float[] a, float[] b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double mean = (a.Length - 1) / 2.0;
        return x.Zip(y).Sum(pair => (pair.First - mean) * (pair.Second - mean)) / x.Sum(value => (value - mean) * (value - mean));

        static double[] Ranks(float[] values)
        {
            var ranks = new double[values.Length];
            int rank = 0;
            foreach (int i in Enumerable.Range(0, values.Length).OrderBy(i => values[i]))
                ranks[i] = rank++;
            return ranks;
        }
    }
}
