using Microsoft.Data.Analysis;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests.Processes;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class DetectorTests(SmallDetector small) : IClassFixture<SmallDetector>
{
    /// <summary>The task of a second process: loads a detector and writes scores, labels and p-values of rows.</summary>
    internal static void LoadAndJudge(string[] arguments)
    {
        var ml = new MLContext();
        var rows = SmallDetector.Rows([.. FeatureRow.Read(arguments[1]).Select(row => row.Features)], 0);
        File.WriteAllBytes(arguments[2], Bytes(ml.Model.Load(arguments[0], out _).Transform(ml.Data.LoadFromEnumerable(rows))));
    }

    [Fact]
    public void The_score_is_the_negative_log_likelihood_and_label_and_P_value_follow_from_it()
    {
        var judged = small.Judge(small.Chain, [.. small.Normal.Take(500), .. small.Odd]);
        var densities = small.Detector.Flow.Transform(small.Chain.Transform(small.View([.. small.Normal.Take(500), .. small.Odd], 0)))
            .GetColumn<float>("LogDensity").ToArray();
        for (int i = 0; i < judged.Length; i++)
        {
            Assert.Equal(-densities[i], judged[i].Score, 4);
            Assert.Equal(judged[i].Score > small.Detector.Threshold, judged[i].PredictedLabel);
            Assert.Equal(judged[i].PValue <= 0.05f, judged[i].PredictedLabel);
            Assert.InRange(judged[i].PValue, 1f / (small.Detector.HeldOutRows + 1), 1);
        }
        Assert.All(judged[500..], odd => Assert.True(odd.PredictedLabel));
        Assert.Equal(200, small.Detector.HeldOutRows);
    }

    [Fact]
    public void The_false_positive_rate_is_about_what_was_asked_for()
    {
        // Two standard deviations of the rate over choices of 200 held-out rows, which is Beta-distributed, and of 2,000 test rows.
        double rate = small.Judge(small.Chain, small.Normal).Average(row => row.PredictedLabel ? 1.0 : 0);
        Assert.InRange(rate, 0.05 - 0.033, 0.05 + 0.033);
    }

    [Fact]
    public void The_threshold_of_a_fitted_detector_can_be_changed()
    {
        var loose = small.Detector.WithFalsePositiveRate(0.2);
        Assert.Equal(0.2, loose.FalsePositiveRate);
        Assert.True(loose.Threshold < small.Detector.Threshold);
        var fixedScore = loose.WithThreshold(3.5f);
        Assert.Equal((3.5f, null), (fixedScore.Threshold, fixedScore.FalsePositiveRate));
        var table = small.Ml.Transforms.CopyColumns("Both", "Features").Fit(small.Train);
        Assert.All(
            small.Judge(table.Append(fixedScore), [.. small.Normal.Take(50), .. small.Odd]), row => Assert.Equal(row.Score > 3.5f, row.PredictedLabel));
        Assert.Equal(0.05, small.Detector.FalsePositiveRate);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => small.Detector.WithFalsePositiveRate(0.001));
        Assert.Contains("needs at least 999 held-out rows, but there are 200", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => small.Detector.WithFalsePositiveRate(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => small.Detector.WithThreshold(float.NaN));
    }

    [Fact]
    public void An_explanation_points_at_the_feature_that_does_not_fit()
    {
        // Clusters at (4, 0), (0, 4), (-4, 0), (0, -4).
        var judged = small.Judge(small.Chain, [4, 2.5f], [4, 0]);
        Assert.True(judged[0].FeatureContributions[1] > 3);
        Assert.InRange(judged[0].ExpectedFeatures[1], -1, 1);
        Assert.All(judged[1].FeatureContributions, value => Assert.InRange(value, 0, 1.5f));
    }

    [Fact]
    public void Explanations_can_be_added_later_and_left_out()
    {
        var plain = small.Detector.WithFeatureContributions(null);
        Assert.Null(plain.GetOutputSchema(small.Chain.GetOutputSchema(small.Train.Schema)).GetColumnOrNull("Why"));
        Assert.NotNull(plain.WithFeatureContributions("Why").GetOutputSchema(small.Chain.GetOutputSchema(small.Train.Schema)).GetColumnOrNull("Why"));
        Assert.Contains("is 'Score', which ScoreColumnName names already", Assert.Throws<ArgumentException>(() => plain.WithFeatureContributions("Score")).Message);
    }

    [Fact]
    public void A_row_that_misses_a_feature_is_not_judged()
    {
        var judged = small.Judge(small.Chain, [float.NaN, 1], [0, 0])[0];
        Assert.True(float.IsNaN(judged.Score) && float.IsNaN(judged.PValue));
        Assert.False(judged.PredictedLabel);
        Assert.All(judged.FeatureContributions.Concat(judged.ExpectedFeatures), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Evaluate_takes_the_output()
    {
        var rows = SmallDetector.Rows(small.Normal, 0).Concat(SmallDetector.Rows(small.Odd, 1));
        var metrics = small.Ml.AnomalyDetection.Evaluate(small.Chain.Transform(small.Ml.Data.LoadFromEnumerable(rows)), falsePositiveCount: 100);
        Assert.True(metrics.AreaUnderRocCurve > 0.98);
        Assert.Equal(1, metrics.DetectionRateAtFalsePositiveCount);
    }

    [Fact]
    public void Score_columns_say_that_they_are_of_an_anomaly_detector()
    {
        var schema = small.Chain.GetOutputSchema(small.Train.Schema);
        foreach (var (name, value) in new[] { ("Score", "Score"), ("PredictedLabel", "PredictedLabel"), ("PValue", "Probability") })
        {
            ReadOnlyMemory<char> kind = default, valueKind = default;
            schema[name].Annotations.GetValue("ScoreColumnKind", ref kind);
            schema[name].Annotations.GetValue("ScoreValueKind", ref valueKind);
            Assert.Equal(("AnomalyDetection", value), (kind.ToString(), valueKind.ToString()));
        }
        var promised = small.Ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Features").GetOutputSchema(NormalizingFlows.DataView.SchemaShapes.Of(small.Train.Schema));
        Assert.Equal(["Features", "Label", "Score", "PredictedLabel", "PValue"], promised.Select(column => column.Name));
    }

    [Fact]
    public void An_engine_judges_one_row()
    {
        using var engine = small.Ml.Model.CreatePredictionEngine<LabelledPoint, JudgedPoint>(small.Chain, new PredictionEngineOptions { OwnsTransformer = false });
        foreach (float[] row in small.Odd)
        {
            var alone = engine.Predict(new LabelledPoint { Features = row });
            var batch = small.Judge(small.Chain, row)[0];
            Assert.Equal((batch.Score, batch.PredictedLabel, batch.PValue), (alone.Score, alone.PredictedLabel, alone.PValue));
            Assert.Equal(batch.FeatureContributions, alone.FeatureContributions);
        }
    }

    [Fact]
    public void Another_process_loads_and_judges_alike() => Assert.Equal(
        Bytes(small.Chain.Transform(small.View(small.Normal, 0))),
        OtherProcess.Output(LoadAndJudge, small.Ml, small.Chain, small.Train.Schema, small.Normal));

    [Fact]
    public void A_loaded_detector_knows_what_it_knew()
    {
        using var stream = new MemoryStream();
        small.Ml.Model.Save(small.Chain, small.Train.Schema, stream);
        stream.Position = 0;
        var loaded = ((IEnumerable<ITransformer>)small.Ml.Model.Load(stream, out _)).OfType<NormalizingVariationalFlowAnomalyTransformer>().Single();
        Assert.Equal((small.Detector.Threshold, small.Detector.FalsePositiveRate, small.Detector.HeldOutRows, small.Detector.Score),
            (loaded.Threshold, loaded.FalsePositiveRate, loaded.HeldOutRows, loaded.Score));
        Assert.Equal(small.Detector.Flow.Report, loaded.Flow.Report);
    }

    [Fact]
    public void A_DataFrame_is_judged_as_a_DataFrame()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("X", small.Normal.Select(row => row[0])), new SingleDataFrameColumn("Y", small.Normal.Select(row => row[1])));
        var options = SmallDetector.Options;
        (options.FeatureColumnName, options.Training.Epochs) = ("Features", 1);
        using var model = small.Ml.Transforms.Concatenate("Features", "X", "Y").Append(small.Ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options)).Fit(frame);
        var judged = model.Transform(frame).ToDataFrame(-1, "X", "Score", "PredictedLabel", "PValue");
        Assert.Equal(small.Normal.Length, judged.Rows.Count);
        for (int i = 0; i < 20; i++)
            Assert.Equal((float)judged["Score"][i] > model.LastTransformer.Threshold, (bool)judged["PredictedLabel"][i]);
    }

    [Fact]
    public void Slot_names_tell_which_contribution_is_whose()
    {
        var view = small.Ml.Data.LoadFromEnumerable(small.Normal.Select(row => new Pair { X = row[0], Y = row[1] }));
        var options = SmallDetector.Options;
        (options.FeatureColumnName, options.Training.Epochs) = ("Features", 1);
        using var model = small.Ml.Transforms.Concatenate("Features", "X", "Y").Append(small.Ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(options)).Fit(view);
        foreach (string column in new[] { "FeatureContributions", "ExpectedFeatures" })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            model.GetOutputSchema(view.Schema)[column].GetSlotNames(ref names);
            Assert.Equal(["X", "Y"], names.DenseValues().Select(name => name.ToString()));
        }
    }

    private static byte[] Bytes(IDataView judged)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (float score in judged.GetColumn<float>("Score"))
            writer.Write(score);
        foreach (bool label in judged.GetColumn<bool>("PredictedLabel"))
            writer.Write(label);
        foreach (float value in judged.GetColumn<float>("PValue"))
            writer.Write(value);
        foreach (float value in judged.GetColumn<float[]>("FeatureContributions").SelectMany(values => values))
            writer.Write(value);
        return bytes.ToArray();
    }
}

/// <summary>A row of two named columns.</summary>
public sealed class Pair
{
    public float X { get; set; }

    public float Y { get; set; }
}
