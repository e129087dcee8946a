namespace Microsoft.ML.NormalizingFlows;

/// <summary>What makes a row an anomaly.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowAnomalyOptions { Score = AnomalyScore.Typicality };
/// </code>
/// </example>
public enum AnomalyScore
{
    /// <summary><c>-log p(x)</c> in nats: rows in thin places are anomalies.</summary>
    NegativeLogLikelihood,

    /// <summary>
    /// <c>|-log p(x) - h|</c> with h, the mean of <c>-log p(x)</c> over the held-out rows: rows that are far more likely than rows usually are count as
    /// well, such as a flat signal among noisy ones (Nalisnick et al. 2019, Detecting Out-of-Distribution Inputs Using Typicality).
    /// </summary>
    Typicality,
}
