using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>Features whose spread is small beside their distance from 0, in Double and Single, and features that never change.</summary>
public sealed class FarFromZeroTests : IDisposable
{
    // ln(2 pi e), the entropy of two standard Normals.
    private const double Entropy = 2.8379;

    private static readonly double[][] s_normal = Normal(800, seed: 1);

    private readonly string _file = Path.GetTempFileName();
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public FarFromZeroTests() => _ml.Log += (_, log) =>
    {
        if (log.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(log.Message);
    };

    public void Dispose() => File.Delete(_file);

    // UTM metres, Julian days, Unix time in seconds and milliseconds, and a spread of a few units in the last place.
    [Theory]
    [InlineData(5_931_234.5, 1)]
    [InlineData(2_460_000.5, 1e-3)]
    [InlineData(-1.7e9, 1)]
    [InlineData(1.7e12, 100)]
    [InlineData(1e15, 2)]
    [InlineData(3e-20, 1e-30)]
    public void A_density_is_what_it_is_at_zero(double offset, double spread)
    {
        using var model = _ml.Transforms.NormalizingVariationalFlow(Small("Features")).Fit(Doubles(offset, spread));
        double mean = model.Transform(Doubles(offset, spread)).GetColumn<float>("LogDensity").Average(value => (double)value);
        Assert.Equal(-Entropy - Math.Log(spread), mean, 0.25);
        Assert.DoesNotContain(_warnings, warning => warning.Contains("constant", StringComparison.Ordinal));
    }

    [Fact]
    public void Samples_keep_the_precision_of_the_column_also_saved_and_loaded()
    {
        const double Offset = 1.7e9;
        using var model = _ml.Transforms.NormalizingVariationalFlow(Small("Features")).Fit(Doubles(Offset, 1e-3));
        _ml.Model.Save(model, Doubles(Offset, 1e-3).Schema, _file);
        using var loaded = (NormalizingVariationalFlowTransformer)_ml.Model.Load(_file, out _);
        foreach (var sampler in new[] { model, loaded })
        {
            double[] drawn = [.. sampler.Sample(400, seed: 1).GetColumn<double[]>("Features").Select(row => row[0] - Offset)];
            Assert.True(drawn.Distinct().Count() > 350);
            Assert.InRange(Math.Sqrt(drawn.Average(value => value * value)), 0.8e-3, 1.25e-3);
        }
        Assert.Equal(
            model.Transform(Doubles(Offset, 1e-3)).GetColumn<float>("LogDensity"), loaded.Transform(Doubles(Offset, 1e-3)).GetColumn<float>("LogDensity"));
    }

    [Theory]
    [InlineData(1e6f)]
    [InlineData(-2e6f)]
    public void A_Single_feature_is_seen_as_finely_as_Single_is(float level)
    {
        var rows = s_normal.Select(row => new[] { level + (float)row[0], (float)row[1] }).ToArray();
        using var detector = Detector().Fit(_ml.Data.LoadFromArray(rows));
        bool[] odd = Labels(detector, _ml.Data.LoadFromArray([[level + 8, 0], [level - 30, 0], [level, 0]]));
        Assert.Equal([true, true, false], odd);
    }

    [Fact]
    public void A_detector_sees_what_is_far_in_deviations_also_saved_and_loaded()
    {
        const double Offset = 1.7e9;
        var options = Options();
        options.ExpectedFeaturesColumnName = "Expected";
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options).Fit(Doubles(Offset, 1));
        _ml.Model.Save(detector, Doubles(Offset, 1).Schema, _file);
        using var loaded = (NormalizingVariationalFlowAnomalyTransformer)_ml.Model.Load(_file, out _);
        var odd = View([[Offset + 8, 0], [Offset - 30, 0], [1e300, 0], [Offset, 0]]);
        foreach (var judge in new[] { detector, loaded })
        {
            var scored = judge.Transform(odd);
            Assert.Equal([true, true, true, false], scored.GetColumn<bool>("PredictedLabel"));
            Assert.All(scored.GetColumn<double[]>("Expected").Take(3), row => Assert.InRange(row[0], Offset - 5, Offset + 5));
        }
    }

    [Fact]
    public void Clusters_far_from_zero_are_found()
    {
        var rows = s_normal.Select((row, i) => new[] { 1.7e9 + (i % 2 * 12) + row[0], -5e6 + row[1] }).ToArray();
        var options = new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = 2, Training = { Epochs = 20 }, Flow = { HiddenUnits = 16 } };
        using var model = _ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(View(rows));
        uint[] clusters = [.. model.Transform(View(rows)).GetColumn<uint>("PredictedLabel")];
        Assert.True(clusters.Where((cluster, i) => cluster == clusters[i % 2]).Count() > 790);
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(2024, 2026)]
    [InlineData(0, 1e-6)]
    [InlineData(1e6, 1_000_000.0625)]
    [InlineData(-50_000, -50_000.01)]
    [InlineData(1.7e9, 1.7e9 + 2.4e-7)]
    [InlineData(0.1, 1e300)]
    public void Another_value_of_a_constant_feature_is_an_anomaly(double constant, double other)
    {
        var rows = View([.. s_normal.Select(row => new[] { constant, row[1] })]);
        using var detector = Detector().Fit(rows);
        _ml.Model.Save(detector, rows.Schema, _file);
        using var loaded = (NormalizingVariationalFlowAnomalyTransformer)_ml.Model.Load(_file, out _);
        foreach (var judge in new[] { detector, loaded })
            Assert.Equal([false, true], Labels(judge, View([[constant, 0], [other, 0]])));
        Assert.All(loaded.Flow.Sample(50, seed: 1).GetColumn<double[]>("Features"), row => Assert.Equal(constant, row[0]));
        string number = constant.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(_warnings, warning => warning.Contains($"Features[0] is constant ({number})", StringComparison.Ordinal));
    }

    [Fact]
    public void Almost_constant_is_not_constant()
    {
        var rows = View([.. s_normal.Select((row, i) => new[] { i == 5 ? 1e9 + 1e-6 : 1e9, row[1] })]);
        using var model = _ml.Transforms.NormalizingVariationalFlow(Small("Features")).Fit(rows, rows);
        Assert.Contains("Features[0] has 2 values only", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_Single_is_named_as_it_is()
    {
        var rows = View([.. s_normal.Select((row, i) => new[] { i == 5 ? 1e300 : row[0], row[1] })]);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow("Features").Fit(rows));
        Assert.Contains("Row 5 (counted from 0) has the value 1E+300 in Features[0]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-39)]
    [InlineData(1e-60)]
    public void A_spread_below_Single_is_named_as_it_is(double spread)
    {
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow("Features").Fit(Doubles(0, spread)));
        Assert.StartsWith("Features[0] varies by ", error.Message, StringComparison.Ordinal);
        Assert.Contains("multiply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warm_start_counts_from_where_the_earlier_flow_did()
    {
        var trainer = _ml.Transforms.NormalizingVariationalFlow(Small("Features"));
        using var first = trainer.Fit(Doubles(1.7e9, 1));
        using var second = trainer.Fit(Doubles(1.7e9 + 0.5, 1), null, first);
        double mean = second.Transform(Doubles(1.7e9 + 0.5, 1)).GetColumn<float>("LogDensity").Average(value => (double)value);
        Assert.Equal(-Entropy, mean, 0.25);
    }

    private static NormalizingVariationalFlowOptions Small(string feature) => new()
    {
        FeatureColumnName = feature,
        Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 8 },
        Training = { Epochs = 8, Seed = 1 },
    };

    private static NormalizingVariationalFlowAnomalyOptions Options() => new()
    {
        FalsePositiveRate = 0.02,
        Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 },
        Training = { Epochs = 20, Seed = 1 },
    };

    private NormalizingVariationalFlowAnomalyTrainer Detector() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(Options());

    private static bool[] Labels(ITransformer detector, IDataView rows) => [.. detector.Transform(rows).GetColumn<bool>("PredictedLabel")];

    private IDataView Doubles(double offset, double spread) => View([.. s_normal.Select(row => new[] { offset + spread * row[0], row[1] })]);

    private IDataView View(double[][] rows) => _ml.Data.LoadFromEnumerable(rows.Select(row => new DoubleRow { Features = row }).ToList());

    private static double[][] Normal(int rows, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => new[] { random.NextNormal(), random.NextNormal() })];
    }

    private sealed class DoubleRow
    {
        [VectorType(2)]
        public double[] Features { get; set; } = [];
    }
}
