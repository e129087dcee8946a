using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>What a <see cref="NormalizingVariationalFlowClusteringTrainer"/> finds, how, and what its transformer adds to a table.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = 5, ClusterNumberColumnName = "Cluster" };
/// using var model = ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(table);
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowClusteringOptions
{
    /// <summary>The column of features: a vector of known size, or a scalar, of Single or Double. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// K, the number of clusters, from 2 to 1,024. Null, the default, chooses it, of 2 to <see cref="MaximumClusters"/>: where clusters stand apart,
    /// so that the states of most of <see cref="Restarts"/> flows fall into as many parts, that is their number; else, of the numbers on which
    /// <see cref="Restarts"/> flows from different seeds agree nearly as well as on any (<see cref="AgreementTolerance"/>), the one with the
    /// greatest log-density of held-out rows, where each cluster is learnt by a small flow of its own.
    /// </summary>
    [Range(2, FlowLimits.States)]
    public int? NumberOfClusters { get; set; }

    /// <summary>The maximum number of clusters that is tried where <see cref="NumberOfClusters"/> is null, from 2 to 1,024. Default 10.</summary>
    [Range(2, FlowLimits.States)]
    public int MaximumClusters { get; set; } = 10;

    /// <summary>
    /// Flows that are trained, from different seeds, from 1 to 64; that with the greatest held-out log-density is kept. Null, the default, takes 3
    /// where <see cref="NumberOfClusters"/> is null, else 1. A single flow agrees with itself on any number, so that held-out density alone
    /// chooses.
    /// </summary>
    [Range(1, FlowLimits.Members)]
    public int? Restarts { get; set; }

    /// <summary>
    /// How much less agreement than the best, an adjusted Rand index of at most 1, a number of clusters may have to be considered where
    /// <see cref="NumberOfClusters"/> is null, from 0 to 1: held-out density decides among those, and only for those is it computed, with three
    /// small flows for each cluster. 0 is agreement alone; 1 is, in effect, density alone, which takes longest and tends to too few clusters where
    /// they touch. Default 0.05.
    /// </summary>
    [Range(0.0, 1.0)]
    public double AgreementTolerance { get; set; } = 0.05;

    /// <summary>
    /// The output column for the cluster of a row, a key with values <c>Cluster1</c> .. <c>ClusterK</c>, from the largest cluster to the
    /// smallest. Null leaves the column out. Default <c>PredictedLabel</c>. A row with a missing or infinite feature gets the missing key.
    /// </summary>
    public string? PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>
    /// The output column for -log p(x, c) in nats for each cluster c, a vector of K Single: smaller is closer, as in a distance, but it can be
    /// negative. It is -log p(x) - ln p(c|x), where p(c|x) counts as 1e-38 at least. Null leaves the column out. Default <c>Score</c>. A row
    /// with a missing or infinite feature gets NaN.
    /// </summary>
    public string? ScoreColumnName { get; set; } = "Score";

    /// <summary>
    /// The output column for p(c|x), a vector of K Single with slot names, which sum to 1. Null leaves the column out. Default
    /// <c>Probabilities</c>. A row with a missing or infinite feature gets NaN.
    /// </summary>
    public string? ProbabilitiesColumnName { get; set; } = "Probabilities";

    /// <summary>
    /// The output column for the number of the cluster, Int32, 1 .. K, where a key is of no use (data frames accept none). Null, the default,
    /// leaves the column out. A row with a missing or infinite feature gets 0.
    /// </summary>
    public string? ClusterNumberColumnName { get; set; }

    /// <summary>
    /// The flow. Its latent are the states that are merged to clusters, no fewer than these: more follow finer shapes and take more time and
    /// rows; <see cref="FlowLatent.Automatic"/> chooses their number and gives each a shift and scale. The default is a weak flow, one affine
    /// layer of 16 hidden units: the states, not the layers, are to follow the shape of the clusters,
    /// and what a strong flow overfits to differs from seed to seed. There is no ensemble: set <see cref="Restarts"/>.
    /// </summary>
    public FlowOptions Flow { get; set; } = new() { Map = FlowMap.Affine, Layers = 1, HiddenUnits = 16 };

    /// <summary>The training of each flow. Where its epochs are null, they are as many as make 1,500 steps, 5 to 400.</summary>
    public TrainingOptions Training { get; set; } = new() { Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0 };

    /// <summary>Checks every option; the estimator does so when it is made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public void Validate() => ClusteringOptionsCheck.Check(this);

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal NormalizingVariationalFlowClusteringOptions Copy()
    {
        var copy = (NormalizingVariationalFlowClusteringOptions)MemberwiseClone();
        (copy.Flow, copy.Training) = (Flow.Copy(), Training.Copy());
        return copy;
    }
}
