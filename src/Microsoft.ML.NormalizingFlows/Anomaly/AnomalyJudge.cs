namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Turns log-densities into scores, p-values and labels.</summary>
/// <param name="Kind">What the score is.</param>
/// <param name="MeanNegativeLogLikelihood">h, the mean of -log p(x) over the held-out rows, in nats.</param>
/// <param name="HeldOut">The scores of the held-out rows.</param>
/// <param name="Threshold">A row with a greater score is an anomaly.</param>
/// <param name="FalsePositiveRate">The rate that the threshold stands for; null where it was given as a score.</param>
internal sealed record AnomalyJudge(AnomalyScore Kind, double MeanNegativeLogLikelihood, HeldOutScores HeldOut, float Threshold, double? FalsePositiveRate)
{
    /// <summary>Learns from the held-out rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are too few for the rate.</exception>
    public static AnomalyJudge Of(AnomalyScore kind, IReadOnlyList<float> logDensities, double falsePositiveRate)
    {
        double usual = -logDensities.Average(value => (double)value);
        var heldOut = new HeldOutScores(logDensities.Select(value => Score(kind, usual, value)));
        return new AnomalyJudge(kind, usual, heldOut, heldOut.Threshold(falsePositiveRate), falsePositiveRate);
    }

    public float Score(float logDensity) => Score(Kind, MeanNegativeLogLikelihood, logDensity);

    /// <summary>A score that is not a number marks no anomaly.</summary>
    public bool IsAnomaly(float score) => score > Threshold;

    private static float Score(AnomalyScore kind, double usual, float logDensity) =>
        kind == AnomalyScore.NegativeLogLikelihood ? -logDensity : (float)Math.Abs(-logDensity - usual);
}
