using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What a <see cref="NormalizingVariationalFlowEstimator"/> learns, how, and what its transformer adds to a table. Every
/// option has a default that suits a table of some thousand rows and up to some hundred features.
/// </summary>
/// <example>
/// <code>
/// using var model = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
/// {
///     FeatureColumnName = "Features",
///     LatentProbabilitiesColumnName = null,
///     Flow = { Latent = FlowLatent.Discrete(8), Layers = 3 },
///     Training = { Epochs = 50, Seed = 1 },
/// }).Fit(table);
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowOptions
{
    /// <summary>
    /// The column of features: a vector of known size, or a scalar, of Single or Double. Default <c>Features</c>.
    /// </summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// The column that the density is given, so that it is log p(x | context): a vector of known size or a scalar, of Single or Double, or a key,
    /// which is taken as a one-hot vector. With one feature this is a regression that gives a whole distribution; with a class as the key, the
    /// density of each class. Null, the default, gives nothing. A row without its context gets missing scores.
    /// </summary>
    public string? ContextColumnName { get; set; }

    /// <summary>
    /// The output column for the log-density log p(x) in nats, Single; low is unusual; of log p(x | context) where there is a <see cref="ContextColumnName"/>. Null leaves the column out. Default
    /// <c>LogDensity</c>. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? LogDensityColumnName { get; set; } = "LogDensity";

    /// <summary>
    /// The output column for the most likely latent state, a key with values <c>State0</c> .. <c>State(K-1)</c>. Null leaves
    /// the column out. Default <c>LatentCluster</c>. A row with a missing or infinite feature gets the missing key.
    /// </summary>
    public string? LatentClusterColumnName { get; set; } = "LatentCluster";

    /// <summary>
    /// The output column for the number of the most likely latent state, Int32, 0 .. K-1, where a key is of no use (data frames
    /// accept none). Null, the default, leaves the column out. A row with a missing or infinite feature gets -1.
    /// </summary>
    public string? LatentClusterIndexColumnName { get; set; }

    /// <summary>
    /// The output column for the probabilities p(z|x) of the K latent states, a vector of Single with slot names. Null leaves
    /// the column out. Default <c>LatentProbabilities</c>. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? LatentProbabilitiesColumnName { get; set; } = "LatentProbabilities";

    /// <summary>
    /// The output column for the mean of q(z|x) of a <see cref="FlowLatent.Continuous"/> latent, a vector of d Single: the row's coordinates. Null, the
    /// default, leaves the column out. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? LatentMeanColumnName { get; set; }

    /// <summary>
    /// The output column for the standard deviation of q(z|x) of a <see cref="FlowLatent.Continuous"/> latent in each dimension, a vector of d Single.
    /// Null, the default, leaves the column out. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? LatentDeviationColumnName { get; set; }

    /// <summary>
    /// The output column for the row's point u in the space of the base distribution, seen from its most likely state, a vector of D Single.
    /// Null, the default, leaves the column out. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? BaseVectorColumnName { get; set; }

    /// <summary>
    /// The output column for the bound on what <see cref="PrunedProbability"/> left out, Single, in nats, 0 where nothing was. Null, the
    /// default, leaves the column out. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? PruningBoundColumnName { get; set; }

    /// <summary>
    /// The output column for the <see cref="Quantiles"/> of the feature given the context, a vector of Single, or of Double where the feature is, with
    /// slot names such as <c>Quantile0.05</c>; for one feature alone. They need the context, not the feature: a table to predict for may lack that
    /// column, and its other scores are then missing. Null, the default, leaves the column out. A row with a missing or infinite context gets NaN.
    /// </summary>
    public string? QuantileColumnName { get; set; }

    /// <summary>
    /// The levels of <see cref="QuantileColumnName"/>, each above 0 and below 1. Default 0.05, 0.5 and 0.95: the median and an interval that
    /// holds the feature nine times in ten.
    /// </summary>
    public IReadOnlyList<double> Quantiles { get; set; } = [0.05, 0.5, 0.95];

    /// <summary>
    /// The output column for the probability integral transform, P(X &lt;= x | context), Single in [0, 1], for one feature alone: evenly spread over the
    /// rows where the density is right. Null, the default, leaves the column out. A row with a missing or infinite feature or context gets NaN.
    /// </summary>
    public string? CumulativeColumnName { get; set; }

    /// <summary>
    /// e, at least 0 and below 1: scoring leaves out the latent states that the encoder finds hopeless for a row, q(k|x) below e / K, which
    /// saves their time. The log-density is then a lower bound of the exact one, log of the sum over the kept states of p(x|k) / K;
    /// if the encoder is right, it is too low by -ln(1 - the probability left out), at most -ln(1 - e) nats, and
    /// <see cref="PruningBoundColumnName"/> reports that bound for each row. Probabilities of states left out are 0. Only
    /// the managed engine leaves states out. At 0 all states are computed. Null, the default, is 0.001 where validation chooses the states
    /// (<see cref="FlowLatent.Automatic"/>), else 0.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? PrunedProbability { get; set; }

    /// <summary>The flow.</summary>
    [SearchSpace.NestOption]
    public FlowOptions Flow { get; set; } = new();

    /// <summary>Its training.</summary>
    [SearchSpace.NestOption]
    public TrainingOptions Training { get; set; } = new() { LearningRate = 6e-3 };

    /// <summary>Checks every option; the estimator does so when it is made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public void Validate() => OptionsCheck.Check(this);

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal NormalizingVariationalFlowOptions Copy()
    {
        var copy = (NormalizingVariationalFlowOptions)MemberwiseClone();
        (copy.Flow, copy.Training, copy.Quantiles) = (Flow.Copy(), Training.Copy(), [.. Quantiles]);
        return copy;
    }
}
