using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Onnx;

/// <summary>What ConvertToOnnx writes of detectors and clusterings, computed by ONNX Runtime, beside ML.NET.</summary>
public class TaskOnnxTests
{
    private const int Rows = 300;

    private static readonly MLContext s_ml = new(seed: 1);

    [Theory]
    [InlineData(AnomalyScore.Surprise, 0.0)]
    [InlineData(AnomalyScore.Surprise, null)]
    [InlineData(AnomalyScore.NegativeLogLikelihood, 0.0)]
    [InlineData(AnomalyScore.Typicality, null)]
    public void Scores_labels_and_p_values_are_those_of_the_detector(AnomalyScore score, double? contamination)
    {
        var train = Table(500, seed: 1, withOutliers: contamination is null);
        using var model = s_ml.Transforms.Concatenate("Features", "X", "Y", "Z").Append(s_ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Score = score, Contamination = contamination, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 2 }, Training = { Epochs = 2 },
        })).Fit(train);
        var test = Test();
        using var onnx = new OnnxModel(s_ml, model, test);
        Assert.Equal(["X", "Y", "Z"], onnx.Inputs);
        var results = onnx.Run(Rows, Inputs(test));
        var judged = model.Transform(test);
        results.AssertNear(judged, "Score");
        // A score that is next to a held-out one may pass it by rounding, and one next to the threshold that.
        float[] scores = [.. judged.GetColumn<float>("Score")], expected = [.. judged.GetColumn<float>("PValue")], actual = results.Of<float>("PValue");
        double step = 1.0 / (model.LastTransformer.HeldOutRows + 1);
        for (int i = 0; i < Rows; i++)
            Assert.True(float.IsNaN(scores[i]) ? float.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) < 1.5 * step, $"p-value {i} is {actual[i]}, expected {expected[i]}");
        Assert.True(expected.Zip(actual).Count(pair => !pair.First.Equals(pair.Second)) <= 3);
        bool[] labels = [.. judged.GetColumn<bool>("PredictedLabel")], found = results.Of<bool>("PredictedLabel");
        Assert.Contains(true, labels);
        Assert.False(found[3]);
        for (int i = 0; i < Rows; i++)
            Assert.True(labels[i] == found[i] || Math.Abs(scores[i] - model.LastTransformer.Threshold) < 1e-4);
    }

    [Fact]
    public void A_feature_with_one_value_and_rows_far_out_are_judged_alike()
    {
        var train = s_ml.Data.LoadFromEnumerable(Draw(200, seed: 1, withOutliers: false).Select(row => new Point { X = row.X, Y = row.Y, Z = 3 }));
        using var model = s_ml.Transforms.Concatenate("Features", "X", "Y", "Z").Append(s_ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = 0, FalsePositiveRate = 0.05, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 }, Training = { Epochs = 2 },
        })).Fit(train);
        Point[] points =
        [
            new() { X = 1, Y = 0, Z = 3 }, new() { X = 1, Y = 0, Z = 3.0001f }, new() { X = 1, Y = 0, Z = 100 }, new() { X = 500, Y = 0, Z = 3 },
            new() { X = float.PositiveInfinity, Y = 0, Z = 3 }, new() { X = 1, Y = 0, Z = MathF.BitDecrement(3) },
        ];
        var test = s_ml.Data.LoadFromEnumerable(points);
        using var onnx = new OnnxModel(s_ml, model, test);
        onnx.Run(points.Length, Inputs(test)).AssertNear(model.Transform(test), "Score");

        // So far out that training rows are equally far in Single, which of them are the five nearest is not the same.
        var far = s_ml.Data.LoadFromEnumerable<Point>([new() { X = 1e30f, Y = 0, Z = 3 }, new() { X = 1, Y = -3e38f, Z = -3e38f }]);
        onnx.Run(2, Inputs(far)).AssertNear(model.Transform(far), "Score", 1e-2);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(null)]
    public void A_sum_that_rows_break_is_judged_alike(double? contamination)
    {
        var train = s_ml.Data.LoadFromEnumerable(Draw(300, seed: 1, withOutliers: false).Select((row, i) => new Point { X = row.X, Y = row.Y, Z = row.X + row.Y + i % 7 * 0.002f }));
        using var model = s_ml.Transforms.Concatenate("Features", "X", "Y", "Z").Append(s_ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            Contamination = contamination, FalsePositiveRate = 0.05, Flow = { Layers = 1, HiddenUnits = 4, EnsembleSize = 1 }, Training = { Epochs = 2 },
        })).Fit(train);
        Point[] points = [new() { X = 1, Y = 0.5f, Z = 1.5f }, new() { X = 1, Y = 0.5f, Z = 1.505f }, new() { X = 1, Y = 0.5f, Z = 1.6f }, new() { X = 1, Y = 0.5f, Z = -2 }];
        var test = s_ml.Data.LoadFromEnumerable(points);
        float[] scores = [.. model.Transform(test).GetColumn<float>("Score")];
        Assert.True(scores[2] > scores[0] + 1 && scores[3] > scores[2], string.Join(" ", scores));
        using var onnx = new OnnxModel(s_ml, model, test);
        onnx.Run(points.Length, Inputs(test)).AssertNear(model.Transform(test), "Score");
    }

    [Fact]
    public void Clusters_are_those_of_the_clustering()
    {
        var train = Table(500, seed: 1, withOutliers: false);
        using var model = s_ml.Transforms.Concatenate("Features", "X", "Y", "Z").Append(s_ml.Clustering.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowClusteringOptions
        {
            NumberOfClusters = 3, ClusterNumberColumnName = "Number", Training = { Epochs = 2 },
        })).Fit(train);
        var test = Test();
        using var onnx = new OnnxModel(s_ml, model, test);
        var results = onnx.Run(Rows, Inputs(test));
        var grouped = model.Transform(test);
        results.AssertNear(grouped, "Probabilities");
        // Beside a probability that is next to the least Single a score says no more than that it is such.
        float[] probabilities = [.. grouped.GetColumn<float[]>("Probabilities").SelectMany(row => row)], scores = [.. grouped.GetColumn<float[]>("Score").SelectMany(row => row)];
        int[] told = [.. Enumerable.Range(0, scores.Length).Where(i => probabilities[i] > 1e-30f)];
        Near.Assert([.. told.Select(i => scores[i])], [.. told.Select(i => results.Of<float>("Score")[i])], 1e-4, "score");
        Assert.True(told.Length > Rows);
        Assert.Equal(grouped.GetColumn<uint>("PredictedLabel"), results.Of<uint>("PredictedLabel"));
        Assert.Equal(grouped.GetColumn<int>("Number"), results.Of<int>("Number"));
        Assert.Equal(0, results.Of<int>("Number")[3]);
    }

    private static (string, Array)[] Inputs(IDataView table) =>
        [.. new[] { "X", "Y", "Z" }.Select(name => (name, (Array)table.GetColumn<float>(name).ToArray()))];

    private static IDataView Table(int rows, int seed, bool withOutliers) => s_ml.Data.LoadFromEnumerable(Draw(rows, seed, withOutliers));

    // With outliers, and a row that lacks a value.
    private static IDataView Test()
    {
        var points = Draw(Rows, seed: 2, withOutliers: true);
        points[3].Z = float.NaN;
        return s_ml.Data.LoadFromEnumerable(points);
    }

    private static List<Point> Draw(int count, int seed, bool withOutliers)
    {
        var random = new Random(seed);
        List<Point> points = [.. GaussianMixture.Ring(3, 4, 0.5).Draw(count, (ulong)seed).Rows.Select(row => new Point { X = row[0], Y = row[1], Z = (float)random.NextDouble() })];
        for (int i = 0; withOutliers && i < count; i += 20)
            points[i].Y += 8 * random.NextSingle();
        return points;
    }

    private sealed class Point
    {
        public float X { get; set; }

        public float Y { get; set; }

        public float Z { get; set; }
    }
}
