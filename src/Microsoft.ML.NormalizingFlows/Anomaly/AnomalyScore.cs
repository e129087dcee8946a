namespace Microsoft.ML.NormalizingFlows;

/// <summary>What makes a row an anomaly.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowAnomalyOptions { Score = AnomalyScore.Typicality };
/// </code>
/// </example>
public enum AnomalyScore
{
    /// <summary>
    /// How odd a row is to the flow and among the training rows, in nats, by the surprises of three views: their mean, or, where some training rows may be anomalies, halfway between
    /// their mean and the greatest of them. The first is <c>-log p(x)</c>
    /// of the flow, and of up to 256 features halfway between its surprise and that of <c>-log p(x)</c> of a mixture of up to 32 Gaussians, whose number is chosen by held-out rows. The second is the distance to the k-th nearest of up to 2,000 training rows, which are kept in the model: to the nearest where
    /// <see cref="NormalizingVariationalFlowAnomalyOptions.Contamination"/> is 0, so that all are good, else to so many that anomalies alone are
    /// none of them, a twentieth of all where their share is not known (Loftsgaarden and Quesenberry 1965). The third is, where all are good, how
    /// far the fifth nearest is, beside how far these five have it to theirs (Breunig et al. 2000), else how few random cuts set the row apart from
    /// others (Liu et al. 2008, Isolation Forest). The surprise of a view is minus the logarithm of the share of training rows that it finds as
    /// odd, continued beyond their ninth tenth; the mean of these is Fisher's (1932). Where a feature nearly is a linear function of others, such as their sum, to a tenth of its
    /// deviation, what a row breaks that by counts beside the mean, as far as fewer than one training row in a hundred break it so.
    /// </summary>
    Surprise,

    /// <summary><c>-log p(x)</c> in nats, by the flow alone: rows in thin places are anomalies. No training row is kept in the model.</summary>
    NegativeLogLikelihood,

    /// <summary>
    /// <c>|-log p(x) - h|</c> in nats, by the flow alone, with h, the mean of <c>-log p(x)</c> over the held-out rows: rows that are far more likely than rows usually are count as
    /// well, such as a flat signal among noisy ones (Nalisnick et al. 2019, Detecting Out-of-Distribution Inputs Using Typicality).
    /// </summary>
    Typicality,
}
