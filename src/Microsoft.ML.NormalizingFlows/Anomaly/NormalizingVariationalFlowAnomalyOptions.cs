using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Anomaly;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What a <see cref="NormalizingVariationalFlowAnomalyTrainer"/> learns and what its transformer adds to a table. The defaults are
/// for any table of numbers: the flow is chosen by the numbers of rows and features (<see cref="Flow"/>), no label is needed, and
/// training rows may hold some anomalies.
/// </summary>
/// <example>
/// <code>
/// var trainer = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
/// {
///     FalsePositiveRate = 0.01,
///     FeatureContributionsColumnName = "FeatureContributions",
///     Training = { NonFiniteRows = NonFiniteRows.Drop },
/// });
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowAnomalyOptions
{
    /// <summary>The column of features: a vector of known size, or a scalar, of Single or Double. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// The output column for the score, Single, in nats, the greater the more anomalous (<see cref="Score"/>). Default <c>Score</c>. A row
    /// with a missing or infinite feature gets NaN.
    /// </summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>
    /// The output column that says whether a row is an anomaly, Boolean: whether its score is above the threshold. Default
    /// <c>PredictedLabel</c>. A row with a missing or infinite feature cannot be judged and is none.
    /// </summary>
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>
    /// The output column for the p-value, Single, in (0, 1]: the share of the held-out rows, the row itself among them, whose score is no
    /// less. Over rows like the training rows, the chance of a p-value of at most a is at most a, for any number of rows (conformal
    /// prediction, Vovk et al. 2005). Null leaves the column out. Default <c>PValue</c>. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? PValueColumnName { get; set; } = "PValue";

    /// <summary>
    /// The output column for what each feature contributes to the score of its row, a vector of D Single with slot names, in nats, 0 or
    /// more: how much less odd the row would be with the most fitting of 16 usual values in place of the feature's own, all other
    /// features as they are: <c>c_i = max_v log p(x with x_i = v) - log p(x)</c>, over the quantiles v of the feature over held-out rows
    /// and <c>x_i</c> itself; where the score is the <see cref="AnomalyScore.Surprise"/>, minus that in place of <c>log p</c>, and where features nearly are linear functions of others, what keeps to that is one more v.
    /// The sum means nothing: a combination that is odd counts for each feature that takes part. It takes 16 or 17 D scores for each row that it is read of. Null, the default, leaves the column out; a fitted transformer can add it.
    /// </summary>
    public string? FeatureContributionsColumnName { get; set; }

    /// <summary>
    /// The output column for the values that would fit, those v that <see cref="FeatureContributionsColumnName"/> speaks of, a vector of D
    /// Single with slot names. Null, the default, leaves the column out.
    /// </summary>
    public string? ExpectedFeaturesColumnName { get; set; }

    /// <summary>
    /// Whether rows that are no anomalies are left unexplained: their contributions and expected features are NaN, and take no time. Default false.
    /// </summary>
    public bool ExplainOnlyAnomalies { get; set; }

    /// <summary>
    /// The share of normal rows that may be taken for anomalies, above 0 and below 1: a row is one where its p-value is at most this. It takes
    /// at least 1 / rate - 1 held-out rows. Default 0.1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double FalsePositiveRate { get; set; } = 0.1;

    /// <summary>What makes a row an anomaly. Default <see cref="AnomalyScore.Surprise"/>.</summary>
    public AnomalyScore Score { get; set; }

    /// <summary>
    /// The share of the training rows that are anomalies, at least 0 and below 0.5: so many, and two deviations of their number by chance more, but never more than half, are not trained on, those farthest from the core of the rows,
    /// measured by the distances to the nearest three tenths of it (distance to a measure, Chazal et al. 2011), so that
    /// the flow does not learn them as normal, not even a small cluster of them. 0 stands for rows that are known to be good, and trains on all.
    /// Null, the default, estimates the share: as many as lie beyond Tukey's fence, drawn anew until it settles, and a wider one of one or two features;
    /// usually some hundredths of good rows, more where there are anomalies, at most a fifth. Of the held-out rows, as many at most do not count for p-values
    /// and threshold, those beyond a gap that no normal rows have, and those that lie so far out that no normal row would be expected there. Of good rows with heavy tails some are among these:
    /// 0 keeps to the rate for them too. <see cref="AnomalyScore.Surprise"/> heeds it as well.
    /// </summary>
    [Range(0.0, 0.5, MaximumIsExclusive = true)]
    public double? Contamination { get; set; }

    /// <summary>
    /// Noise added to the training rows, in standard deviations of each feature, from 0 to 10: the density is that of the rows with so
    /// much noise, which keeps a flow from learning single rows by heart, and values of discrete columns from counting as places of endless
    /// density. Null, the default, takes the width of the Gaussian kernels on all other rows that make each row most likely
    /// (leave-one-out maximum likelihood, Duin 1976), by 2,000 rows at most, and twice that where <see cref="Contamination"/> is not 0: little where rows
    /// lie close, 0.5 where they are few or of many features. Where <see cref="Contamination"/> is 0 and there are several flows, the
    /// further ones have less, down to a quarter: what lies close in a few of many features, such as a ring, is lost to a width that suits all. A number is that of each flow.
    /// </summary>
    [Range(0.0, 10.0)]
    public double? Noise { get; set; }

    /// <summary>
    /// The share of the rows that are held out from training for p-values and threshold, above 0 and below 1. More are held out where
    /// <see cref="FalsePositiveRate"/> needs more, up to half of the rows; never more than 100,000. Default 0.1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double HeldOutShare { get; set; } = 0.1;

    /// <summary>
    /// The flow; what is left open is chosen by the numbers of rows and features, see <see cref="NormalizingVariationalFlowAnomalyTrainer"/>. An
    /// automatic latent is none.
    /// </summary>
    public FlowOptions Flow { get; set; } = new();

    /// <summary>
    /// Its training, for a fixed time: <see cref="TrainingOptions.ValidationFraction"/> and <see cref="TrainingOptions.Patience"/> have no part in it.
    /// </summary>
    public TrainingOptions Training { get; set; } = new() { Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0 };

    /// <summary>Checks every option; the trainer does so when it is made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public void Validate() => AnomalyOptionsCheck.Check(this);

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal NormalizingVariationalFlowAnomalyOptions Copy()
    {
        var copy = (NormalizingVariationalFlowAnomalyOptions)MemberwiseClone();
        (copy.Flow, copy.Training) = (Flow.Copy(), Training.Copy());
        return copy;
    }
}
