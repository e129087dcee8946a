using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>What <c>AnomalyDetection.Evaluate</c> computes and refuses.</summary>
public sealed class MLAnomalyEvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void The_area_counts_pairs_and_ties_by_half()
    {
        // Pairs of an anomaly (3, 1) and another row (2, 1, 0): 3 above, then above 0, tied with 1, below 2.
        Assert.Equal(4.5 / 6, Evaluate([(3, 1), (2, 0), (1, 1), (1, 0), (0, 0)]).AreaUnderRocCurve, 6);
    }

    [Theory]
    [InlineData(1, 1 / 3.0)]
    [InlineData(2, 2 / 3.0)]
    [InlineData(3, 1)]
    public void The_detection_rate_is_the_share_found_before_one_false_positive_too_many(int falsePositives, double rate)
    {
        var metrics = Evaluate([(3, 0), (4, 1), (5, 0), (6, 1), (7, 0), (8, 0), (9, 1)], falsePositives);
        Assert.Equal(rate, metrics.DetectionRateAtFalsePositiveCount, 6);
    }

    [Fact]
    public void An_anomaly_below_the_last_false_positive_counts_only_where_it_comes_before()
    {
        (float, float)[] first = [(9, 1), (8, 0), (4, 1), (7, 0)], last = [(9, 1), (8, 0), (7, 0), (4, 1)];
        Assert.Equal(1, Evaluate(first, falsePositives: 2).DetectionRateAtFalsePositiveCount);
        Assert.Equal(0.5, Evaluate(last, falsePositives: 2).DetectionRateAtFalsePositiveCount);
    }

    [Fact]
    public void Rows_without_a_label_or_with_a_score_that_is_not_finite_are_left_out()
    {
        var metrics = Evaluate([(3, 1), (9, float.NaN), (float.NaN, 0), (float.PositiveInfinity, 0), (1, 0)]);
        Assert.Equal(1, metrics.AreaUnderRocCurve);
    }

    [Fact]
    public void A_label_is_no_Boolean()
    {
        var data = _ml.Data.LoadFromEnumerable([new BooleanLabel { Label = true }, new BooleanLabel()]);
        Assert.Contains("Label", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.Evaluate(data)).Message);
    }

    [Fact]
    public void Both_kinds_of_rows_are_needed()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate([(3, 0), (2, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate([(3, 1), (2, 1)]));
    }

    private AnomalyDetectionMetrics Evaluate((float Score, float Label)[] rows, int falsePositives = 10) => _ml.AnomalyDetection.Evaluate(
        _ml.Data.LoadFromEnumerable(rows.Select(row => new Scored { Score = row.Score, Label = row.Label })), falsePositiveCount: falsePositives);

    private sealed class Scored
    {
        public float Score { get; set; }

        public bool PredictedLabel { get; set; }

        public float Label { get; set; }
    }

    private sealed class BooleanLabel
    {
        public float Score { get; set; }

        public bool PredictedLabel { get; set; }

        public bool Label { get; set; }
    }
}
