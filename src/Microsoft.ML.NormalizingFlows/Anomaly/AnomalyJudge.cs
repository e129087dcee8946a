namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Turns log-densities, or minus the surprise of rows, into scores, p-values and labels.</summary>
/// <param name="Kind">What the score is.</param>
/// <param name="MeanNegativeLogLikelihood">h, the mean of -log p(x) over the held-out rows, in nats.</param>
/// <param name="HeldOut">The scores of the held-out rows.</param>
/// <param name="Threshold">A row with a greater score is an anomaly.</param>
/// <param name="FalsePositiveRate">The rate that the threshold stands for; null where it was given as a score.</param>
internal sealed record AnomalyJudge(AnomalyScore Kind, double MeanNegativeLogLikelihood, HeldOutScores HeldOut, float Threshold, double? FalsePositiveRate)
{
    /// <summary>Learns from the held-out rows.</summary>
    /// <param name="kind">What the score is.</param>
    /// <param name="logDensities">Their log-densities, or minus their surprise.</param>
    /// <param name="falsePositiveRate">The share of normal rows that may be above the threshold.</param>
    /// <param name="contamination">The share of them that are anomalies; null where it is not known.</param>
    /// <param name="byFlow">Their log-densities by the flow, where these are not what is judged by: surprise grows too slowly to tell how many are far out.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are too few for the rate.</exception>
    public static AnomalyJudge Of(
        AnomalyScore kind, IReadOnlyList<float> logDensities, double falsePositiveRate, double? contamination, IReadOnlyList<float>? byFlow = null)
    {
        double usual = -logDensities.Average(value => (double)value);
        var all = new HeldOutScores(logDensities.Select(value => Score(kind, usual, value)));
        var heldOut = all.WithoutAnomalies(contamination, HeldOutScores.Needed(falsePositiveRate), byFlow is null ? null : new HeldOutScores(byFlow.Select(value => -value)));
        return new AnomalyJudge(kind, usual, heldOut, heldOut.Threshold(falsePositiveRate), falsePositiveRate);
    }

    public float Score(float logDensity) => Score(Kind, MeanNegativeLogLikelihood, logDensity);

    /// <summary>A score that is not a number marks no anomaly.</summary>
    public bool IsAnomaly(float score) => score > Threshold;

    private static float Score(AnomalyScore kind, double usual, float logDensity) => kind switch
    {
        AnomalyScore.Surprise or AnomalyScore.NegativeLogLikelihood => -logDensity,
        AnomalyScore.Typicality => (float)Math.Abs(-logDensity - usual),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
