using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class TrainingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Anomalies_among_the_training_rows_are_not_learned_where_the_least_likely_are_left_out()
    {
        // One in ten of the training rows stands in a cluster apart.
        float[][] good = GaussianMixture.Ring(1, 0, 1).Draw(450, seed: 1).Rows;
        float[][] bad = [.. GaussianMixture.Ring(1, 0, 0.1).Draw(50, seed: 2).Rows.Select(row => new[] { row[0] + 6, row[1] + 6 })];
        double robust = Area(contamination: 0.1), trusting = Area(contamination: 0);
        Assert.True(robust > 0.98, $"{robust}");
        Assert.True(trusting < 0.9, $"{trusting}");

        double Area(double contamination)
        {
            using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Contamination = contamination, Noise = 0.05,
                Flow = { BaseComponents = 4, Layers = 2, HiddenUnits = 16, EnsembleSize = 1 }, Training = { Epochs = 60, BatchSize = 64 },
            }).Fit(View(0, [.. good, .. bad]));
            var test = SmallDetector.Rows(good, 0).Concat(SmallDetector.Rows(bad, 1));
            return _ml.AnomalyDetection.Evaluate(detector.Transform(_ml.Data.LoadFromEnumerable(test))).AreaUnderRocCurve;
        }
    }

    // What is told, a width of noise that suits most features, is that of each flow; what is not is refined by the further ones.
    [Fact]
    public void The_middle_of_a_ring_in_two_of_six_features_is_seen_by_flows_with_less_noise()
    {
        var random = new Random(5);
        float[][] good = [.. Enumerable.Range(0, 800).Select(_ => Row(1))], bad = [.. Enumerable.Range(0, 80).Select(_ => Row(0.2))];
        double refined = Area(noise: null), told = Area(noise: 0.45);
        Assert.True(refined > told + 0.03, $"{refined} {told}");

        float[] Row(double radius)
        {
            double angle = 2 * Math.PI * random.NextDouble();
            return [(float)(radius * Math.Cos(angle) + 0.05 * Normal()), (float)(radius * Math.Sin(angle) + 0.05 * Normal()), .. Enumerable.Range(0, 4).Select(_ => (float)Normal())];
        }

        double Normal() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;

        double Area(double? noise)
        {
            var log = new List<string>();
            var ml = new MLContext(seed: 1);
            ml.Log += (_, e) => log.Add(e.Message);
            using var detector = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Contamination = 0, Noise = noise, Score = AnomalyScore.NegativeLogLikelihood,
                Flow = { BaseComponents = 4, Layers = 2, HiddenUnits = 16, EnsembleSize = 3 }, Training = { Epochs = 60, BatchSize = 64 },
            }).Fit(Six(good, 0));
            Assert.Equal(noise is null, log.Any(message => message.Contains("for the last of several flows", StringComparison.Ordinal)));
            return ml.AnomalyDetection.Evaluate(detector.Transform(Six([.. good, .. bad], good.Length))).AreaUnderRocCurve;

            IDataView Six(float[][] rows, int normal)
            {
                var schema = SchemaDefinition.Create(typeof(LabelledPoint));
                schema[nameof(LabelledPoint.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 6);
                return ml.Data.LoadFromEnumerable(SmallDetector.Rows(rows[..normal], 0).Concat(SmallDetector.Rows(rows[normal..], 1)), schema);
            }
        }
    }

    [Fact]
    public void Typicality_marks_rows_that_are_far_too_likely()
    {
        // In forty dimensions the mode of a Gaussian is nowhere near where its rows are.
        var random = new Random(3);
        float[][] rows = [.. Enumerable.Range(0, 1_000).Select(_ => Enumerable.Range(0, 40).Select(_ => (float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6)).ToArray())];
        var center = new float[40];
        Assert.False(Marks(AnomalyScore.NegativeLogLikelihood, center));
        Assert.True(Marks(AnomalyScore.Typicality, center));
        Assert.True(Marks(AnomalyScore.Typicality, [.. Enumerable.Repeat(3f, 40)]));

        bool Marks(AnomalyScore score, float[] row)
        {
            using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Score = score, FalsePositiveRate = 0.02,
                Flow = { BaseComponents = 1, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 2 },
            }).Fit(Wide(rows));
            return detector.Transform(Wide([row])).GetColumn<bool>("PredictedLabel").Single();
        }

        IDataView Wide(float[][] values)
        {
            var schema = SchemaDefinition.Create(typeof(LabelledPoint));
            schema[nameof(LabelledPoint.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 40);
            return _ml.Data.LoadFromEnumerable(SmallDetector.Rows(values, 0), schema);
        }
    }

    [Fact]
    public void Noise_leaves_the_gap_between_two_bands_empty_unless_told_otherwise()
    {
        var random = new Random(1);
        float[][] bands = [.. Enumerable.Range(0, 1_200).Select(i =>
        {
            double x = random.NextDouble();
            return new[] { (float)x, (float)(x * (1 + i % 2) + 0.02 * random.NextDouble()) };
        })];
        Assert.InRange(PValue(noise: null, [0.6f, 0.9f]), 0, 0.03);
        Assert.InRange(PValue(noise: null, [0.6f, 1.2f]), 0.05, 1);
        Assert.InRange(PValue(noise: 0.5, [0.6f, 0.9f]), 0.05, 1);

        float PValue(double? noise, float[] row)
        {
            using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Score = AnomalyScore.NegativeLogLikelihood, Contamination = 0, Noise = noise,
                Flow = { BaseComponents = 4, Layers = 3, HiddenUnits = 32, EnsembleSize = 1 }, Training = { Epochs = 40, BatchSize = 64 },
            }).Fit(View(0, bands));
            return detector.Transform(View(0, [row])).GetColumn<float>("PValue").Single();
        }
    }

    [Fact]
    public void A_seed_reproduces_and_the_defaults_are_of_any_size()
    {
        float[][] rows = GaussianMixture.Ring(3, 3, 0.5).Draw(60, seed: 1).Rows;
        float[] Scores()
        {
            using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 },
                Training = { Epochs = 2, Seed = 5, Threads = 1 },
            }).Fit(View(0, rows));
            return [.. detector.Transform(View(0, rows)).GetColumn<float>("Score")];
        }
        Assert.Equal(Scores(), Scores());
    }

    [Fact]
    public void Progress_is_told_and_training_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var reports = new List<TrainingProgress>();
        var trainer = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Training =
            {
                Progress = new Listener(report =>
                {
                    reports.Add(report);
                    source.Cancel();
                }),
                Cancellation = source.Token,
                Threads = 1,            // else the three flows train side by side, and another may tell before it hears of the end
            },
        });
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(View(0, GaussianMixture.Ring(3, 3, 0.5).Draw(100, seed: 1).Rows)));
        Assert.Single(reports);
        Assert.Equal(3, reports[0].Flows);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void Bad_rows_among_the_training_rows_do_not_raise_the_threshold(double? contamination)
    {
        float[][] good = GaussianMixture.Ring(1, 0, 1).Draw(1_800, seed: 1).Rows;
        float[][] bad = [.. GaussianMixture.Ring(1, 0, 0.3).Draw(200, seed: 2).Rows.Select(row => new[] { row[0] + 7, row[1] - 7 })];
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = contamination, FalsePositiveRate = 0.1, HeldOutShare = 0.3,
            Flow = { BaseComponents = 1, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 10 },
        }).Fit(View(0, [.. good, .. bad]));
        float[][] fresh = GaussianMixture.Ring(1, 0, 1).Draw(2_000, seed: 3).Rows;
        Assert.InRange(detector.Transform(View(0, fresh)).GetColumn<bool>("PredictedLabel").Average(flagged => flagged ? 1.0 : 0), 0.1 / 1.5, 0.15);
        Assert.All(detector.Transform(View(0, bad)).GetColumn<bool>("PredictedLabel"), Assert.True);
    }

    [Fact]
    public void A_gap_that_a_flow_bridges_is_seen_by_the_nearest_training_rows()
    {
        // Two thin rings, one in the other: too fine for a flow of one layer.
        var random = new Random(4);
        float[][] Rings(int count, params double[] radii) => [.. Enumerable.Range(0, count).Select(i =>
        {
            double angle = 2 * Math.PI * random.NextDouble(), radius = radii[i % radii.Length] + 0.02 * random.NextDouble();
            return new[] { (float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)) };
        })];
        float[][] train = Rings(2_000, 1, 1.4), test = [.. Rings(300, 1, 1.4), .. Rings(300, 1.2)];
        double surprise = Area(AnomalyScore.Surprise), density = Area(AnomalyScore.NegativeLogLikelihood);
        Assert.True(surprise > 0.9 && surprise > density + 0.1, $"{surprise} {density}");

        double Area(AnomalyScore score)
        {
            using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Score = score, Contamination = 0,
                Flow = { BaseComponents = 1, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 10 },
            }).Fit(View(0, train));
            Assert.Equal(score == AnomalyScore.Surprise ? 1_800 : 0, detector.Prototypes);
            var labelled = test.Select((row, i) => new LabelledPoint { Features = row, Label = i < 300 ? 0 : 1 });
            return _ml.AnomalyDetection.Evaluate(detector.Transform(_ml.Data.LoadFromEnumerable(labelled))).AreaUnderRocCurve;
        }
    }

    // With trees and some rows left out where the share is not known.
    [Theory]
    [InlineData(0.0)]
    [InlineData(null)]
    public void P_values_of_the_surprise_hold(double? contamination)
    {
        const int Detectors = 8, HeldOut = 200, Fresh = 1_000;
        const double Rate = 0.05;
        double mean = Enumerable.Range(1, Detectors).Average(seed =>
        {
            float[][] rows = GaussianMixture.Ring(3, 3, 0.5).Draw(1_000 + Fresh, (ulong)seed).Rows;
            using var detector = new MLContext(seed).AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Contamination = contamination, FalsePositiveRate = Rate, HeldOutShare = HeldOut / 1_000.0,
                Flow = { Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 5 },
            }).Fit(View(0, rows[..1_000]));
            return detector.Transform(View(0, rows[1_000..])).GetColumn<bool>("PredictedLabel").Average(isAnomaly => isAnomaly ? 1.0 : 0);
        });
        // The share beyond a quantile of the held-out rows, seen in as many fresh ones: four deviations of the mean of all detectors.
        double tolerance = 4 * Math.Sqrt(Rate * (1 - Rate) * (1.0 / HeldOut + 1.0 / Fresh) / Detectors);
        Assert.Equal(Rate, mean, tolerance);
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.18, true)]
    public void Of_one_feature_few_good_rows_are_called_anomalies_and_the_log_says_where_many_were_not_trained_on(double bad, bool warns)
    {
        const int Detectors = 3;
        var log = new List<string>();
        double mean = Enumerable.Range(1, Detectors).Average(seed =>
        {
            var random = new RandomStream((ulong)seed);
            var ml = new MLContext(seed);
            ml.Log += (_, e) => log.Add(e.Message);
            using var detector = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                FalsePositiveRate = 0.05, HeldOutShare = 0.2, Flow = { EnsembleSize = 1 },
            }).Fit(Normal(1_000, bad));
            return detector.Transform(Normal(1_000, 0)).GetColumn<bool>("PredictedLabel").Average(isAnomaly => isAnomaly ? 1.0 : 0);

            IDataView Normal(int count, double bad)
            {
                var schema = SchemaDefinition.Create(typeof(LabelledPoint));
                schema[nameof(LabelledPoint.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
                return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new LabelledPoint { Features = [(float)random.NextNormal() + (i < bad * count ? 12 : 0)] }).ToList(), schema);
            }
        });
        Assert.InRange(mean, 0.02, 0.1);
        Assert.Equal(warns ? Detectors : 0, log.Count(message => message.Contains("are not trained on: if all are good, say Contamination = 0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(null)]
    public void Surprise_is_the_same_after_loading_and_in_any_batch(double? contamination)
    {
        float[][] rows = GaussianMixture.Ring(3, 3, 0.5).Draw(3_000, seed: 1).Rows;
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = contamination, FalsePositiveRate = 0.05, HeldOutShare = 0.2, FeatureContributionsColumnName = "FeatureContributions",
            ExpectedFeaturesColumnName = "ExpectedFeatures", ExplainOnlyAnomalies = true,
            Flow = { Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 5 },
        }).Fit(View(0, rows[..1_000]));
        int kept = detector.Prototypes;
        Assert.InRange(kept, contamination == 0 ? 800 : 640, 800);
        IDataView fresh = View(0, rows[1_000..]);
        JudgedPoint[] judged = Judge(detector, fresh);
        Assert.All(judged, row => Assert.Equal(row.PValue <= 0.05f, row.PredictedLabel));
        Assert.All(judged, row => Assert.Equal(row.PredictedLabel, row.FeatureContributions.Concat(row.ExpectedFeatures).All(float.IsFinite)));
        Assert.All(judged.Where(row => !row.PredictedLabel), row => Assert.All(row.FeatureContributions.Concat(row.ExpectedFeatures), value => Assert.True(float.IsNaN(value))));
        Assert.Equal(judged[7].Score, Judge(detector, View(0, [rows[1_007]])).Single().Score);

        using var stream = new MemoryStream();
        _ml.Model.Save(detector, fresh.Schema, stream);
        stream.Position = 0;
        var loaded = (NormalizingVariationalFlowAnomalyTransformer)_ml.Model.Load(stream, out _);
        Assert.Equal((detector.Threshold, kept, AnomalyScore.Surprise), (loaded.Threshold, loaded.Prototypes, loaded.Score));
        Assert.Equal(judged.Select(row => row.Score), Judge(loaded, fresh).Select(row => row.Score));
        loaded.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loaded.Transform(fresh));
    }

    [Fact]
    public void Rows_that_are_no_anomalies_cost_no_explanation_where_only_anomalies_are_explained()
    {
        float[][] rows = GaussianMixture.Ring(3, 3, 0.5).Draw(500, seed: 1).Rows;
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = 0, Flow = { Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 5 },
        }).Fit(View(0, rows));
        var all = Judge(detector.WithFeatureContributions("FeatureContributions", "ExpectedFeatures"), View(0, rows));
        var some = Judge(detector.WithFeatureContributions("FeatureContributions", "ExpectedFeatures", onlyAnomalies: true), View(0, rows));
        Assert.Contains(some, row => row.PredictedLabel);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(some[i].PredictedLabel ? all[i].FeatureContributions : [float.NaN, float.NaN], some[i].FeatureContributions);
            Assert.Equal(some[i].PredictedLabel ? all[i].ExpectedFeatures : [float.NaN, float.NaN], some[i].ExpectedFeatures);
        }
    }

    [Fact]
    public void Permutation_tells_which_feature_finds_the_anomalies()
    {
        // Anomalies differ in the first feature alone.
        float[][] good = GaussianMixture.Ring(1, 0, 1).Draw(500, seed: 1).Rows;
        using var detector = _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = 0, Flow = { BaseComponents = 1, Layers = 1, HiddenUnits = 8, EnsembleSize = 1 }, Training = { Epochs = 5 },
        }).Fit(View(0, good));
        var labelled = good.Select((row, i) => new MarkedPoint { Features = [row[0] + (i % 5 == 0 ? 6 : 0), row[1]], Label = i % 5 == 0 });
        IDataView data = _ml.Data.LoadFromEnumerable(labelled);
        var importance = _ml.BinaryClassification.PermutationFeatureImportance(detector, detector.Transform(data));
        Assert.True(importance[0].AreaUnderRocCurve.Mean < -0.2, $"{importance[0].AreaUnderRocCurve.Mean}");
        Assert.InRange(importance[1].AreaUnderRocCurve.Mean, -0.05, 0.05);
        Assert.True(_ml.BinaryClassification.EvaluateNonCalibrated(detector.Transform(data)).AreaUnderRocCurve > 0.95);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_false_positive_rate_is_between_0_and_1(double rate)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Features", rate));
        Assert.Contains("falsePositiveRate is", error.Message);
        Assert.Contains("must be above 0 and below 1", error.Message);
    }

    public static TheoryData<Action<NormalizingVariationalFlowAnomalyOptions>, string> BadOptions => new()
    {
        { options => options.Contamination = 0.5, "Contamination is 0.5, but must be at least 0 and below 0.5." },
        { options => options.Noise = -1, "Noise is -1, but must be from 0 to 10." },
        { options => options.HeldOutShare = 1, "HeldOutShare is 1, but must be above 0 and below 1." },
        { options => options.Training.Threads = 0, "Training.Threads is 0, but must be from 1 to 1,024." },
        { options => options.Score = (AnomalyScore)7, "Score is 7, but must be one of Surprise, NegativeLogLikelihood, Typicality." },
        { options => options.ScoreColumnName = " ", "ScoreColumnName is empty: name the column" },
        { options => options.PValueColumnName = "Score", "PValueColumnName is 'Score', which ScoreColumnName names already: give each column a name of its own." },
        { options => options.FeatureColumnName = "PredictedLabel", "PredictedLabelColumnName is 'PredictedLabel', which FeatureColumnName names already: give each column a name of its own." },
        { options => options.Flow = new() { Layers = 0 }, "Flow.Layers is 0, but must be from 1 to 128." },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void A_bad_option_is_named(Action<NormalizingVariationalFlowAnomalyOptions> spoil, string message)
    {
        var options = new NormalizingVariationalFlowAnomalyOptions();
        spoil(options);
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options)).Message);
    }

    [Fact]
    public void Too_few_rows_for_the_rate_are_told_before_training()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Features", 0.01).Fit(View(0, new float[100][].Select((_, i) => new float[] { i, -i }).ToArray())));
        Assert.Equal("FalsePositiveRate is 0.01, which needs 99 held-out rows, but only half of the 100 training rows can be held out: choose a greater rate, or train with more rows.", error.Message);
    }

    [Fact]
    public void Where_no_row_is_complete_or_there_is_none_a_sentence_says_so()
    {
        float[][] rows = [.. GaussianMixture.Ring(3, 3, 0.5).Draw(60, seed: 1).Rows.Select(row => new[] { row[0], float.NaN })];
        var options = new NormalizingVariationalFlowAnomalyOptions { Training = { NonFiniteRows = NonFiniteRows.Drop } };
        Assert.Equal(
            "Each of the 60 training rows has a missing or infinite value and is left out: replace missing values before the detector, or leave the feature out that has them.",
            Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options).Fit(View(0, rows))).Message);
        Assert.Equal("There are no training rows.", Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options).Fit(View(0, []))).Message);
    }

    [Fact]
    public void A_missing_value_names_its_row()
    {
        float[][] rows = GaussianMixture.Ring(3, 3, 0.5).Draw(60, seed: 1).Rows;
        rows[17][1] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow().Fit(View(0, rows)));
        Assert.StartsWith("Row 17 (counted from 0) has the value NaN (missing) in Features[1]", error.Message);
    }

    [Fact]
    public void A_wrong_column_is_named()
    {
        var view = View(0, [[1, 2]]);
        Assert.Contains("There is no feature column 'Nothing'", Assert.ThrowsAny<ArgumentException>(() => _ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Nothing").Fit(view)).Message);
    }

    private JudgedPoint[] Judge(ITransformer detector, IDataView rows) =>
        [.. _ml.Data.CreateEnumerable<JudgedPoint>(detector.Transform(rows), reuseRowObject: false)];

    private IDataView View(float label, float[][] rows) => _ml.Data.LoadFromEnumerable(SmallDetector.Rows(rows, label));
}

/// <summary>A row of the plane that is an anomaly or not.</summary>
public sealed class MarkedPoint
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}
