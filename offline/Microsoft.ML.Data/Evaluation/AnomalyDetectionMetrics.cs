namespace Microsoft.ML.Data;

/// <summary>How well scores tell anomalies from other rows.</summary>
public sealed class AnomalyDetectionMetrics
{
    internal AnomalyDetectionMetrics(double areaUnderRocCurve, double detectionRateAtFalsePositiveCount)
    {
        AreaUnderRocCurve = areaUnderRocCurve;
        DetectionRateAtFalsePositiveCount = detectionRateAtFalsePositiveCount;
    }

    /// <summary>The chance that an anomaly has a greater score than another row; ties count half.</summary>
    public double AreaUnderRocCurve { get; }

    /// <summary>The share of the anomalies that stand before the K+1st false positive, from the greatest score down.</summary>
    public double DetectionRateAtFalsePositiveCount { get; }
}
