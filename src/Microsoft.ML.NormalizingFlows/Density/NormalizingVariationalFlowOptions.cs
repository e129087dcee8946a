using System.Text.Json.Serialization;
using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What a <see cref="NormalizingVariationalFlowEstimator"/> learns, how, and what its transformer adds to a table. Every
/// option has a default that suits a table of some thousand rows and up to some hundred features. Those marked for a search
/// space can be tuned by ML.NET's AutoML.
/// </summary>
/// <example>
/// <code>
/// using var model = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
/// {
///     LatentStates = 8,
///     Epochs = 50,
///     Seed = 1,
///     LatentProbabilitiesColumnName = null,
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
    /// The output column for the log-density log p(x) in nats, Single; low is unusual. Null leaves the column out. Default
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
    /// e, from 0, below 1: scoring leaves out the latent states that the encoder finds hopeless for a row, q(k|x) below e / K, which
    /// saves their time. The log-density is then a lower bound of the exact one, log of the sum over the kept states of p(x|k) / K;
    /// if the encoder is right, it is too low by -ln(1 - the probability left out), at most -ln(1 - e) nats, and
    /// <see cref="PruningBoundColumnName"/> reports that figure for each row. Probabilities of states left out are 0. Only
    /// the managed engine leaves states out. At 0 all states are computed. Null, the default, is 0 where <see cref="LatentStates"/> is given, and 0.001
    /// where validation chooses them.
    /// </summary>
    public double? PrunedProbability { get; set; }

    /// <summary>
    /// K, the number of latent states, 1 to 1,024; 1 is a plain flow. Null, the default, lets held-out rows decide: a training of a plain
    /// flow and one of states that are Gaussians (<see cref="LatentObjective.GaussianMixture"/>; one for each hundred rows, at most 40, or for
    /// each four hundred, at most 80, where that is more), which takes about the same time, find out which gives the greater density. Where
    /// the best epoch of the better one is among its last tenth, nothing overfits: then,
    /// unless <see cref="Epochs"/> or <see cref="EnsembleSize"/> is set, one flow of twice the <see cref="Layers"/> with a
    /// <see cref="Dropout"/> of at least 0.1 is trained for four times the epochs. Where a plain flow is better and overfits, a trial with
    /// <see cref="WeightDecay"/> follows.
    /// </summary>
    [SearchSpace.Range(1, 32, init: 8, logBase: true)]
    public int? LatentStates { get; set; }

    /// <summary>
    /// M, the number of flows that are trained, from different seeds, and whose mean density the model is; 1 to 64. On small tables
    /// nothing gains more, for M times the work. The states of all flows count as latent states, M K of them. Null, the default,
    /// takes 3 where <see cref="LatentStates"/> is null, too, there are at most 20,000 training rows and no long training pays, else 1.
    /// </summary>
    [SearchSpace.Range(1, 5, init: 1)]
    public int? EnsembleSize { get; set; }

    /// <summary>How the features of a layer depend on one another. Default <see cref="FlowPattern.Coupling"/>.</summary>
    public FlowPattern Pattern { get; set; } = FlowPattern.Coupling;

    /// <summary>The map that a layer applies to each feature. Default <see cref="FlowMap.RationalQuadraticSpline"/>.</summary>
    public FlowMap Map { get; set; } = FlowMap.RationalQuadraticSpline;

    /// <summary>The reordering of features in front of each layer. Default <see cref="FlowPermutation.Random"/>.</summary>
    public FlowPermutation Permutation { get; set; } = FlowPermutation.Random;

    /// <summary>Number of layers, 1 to 128. Default 5; see <see cref="LatentStates"/> for when twice as many are used.</summary>
    [SearchSpace.Range(2, 12, init: 5)]
    public int Layers { get; set; } = 5;

    /// <summary>Hidden units of the network of each layer, 1 to 8,192. Default 64.</summary>
    [SearchSpace.Range(16, 256, init: 64, logBase: true)]
    public int HiddenUnits { get; set; } = 64;

    /// <summary>Residual blocks of the network of each layer, 1 to 32. Default 1.</summary>
    [SearchSpace.Range(1, 3, init: 1)]
    public int Blocks { get; set; } = 1;

    /// <summary>Bins of a spline, 2 to 256; unused by <see cref="FlowMap.Affine"/>. Default 8.</summary>
    [SearchSpace.Range(4, 16, init: 8)]
    public int Bins { get; set; } = 8;

    /// <summary>
    /// B, in standard deviations: a spline bends the interval [-B, B] and leaves what is outside as it is; above 0, to 1,000.
    /// Default 3.
    /// </summary>
    public double TailBound { get; set; } = 3;

    /// <summary>Share of hidden units dropped while training, from 0, below 1. Default 0.</summary>
    [SearchSpace.Range(0.0, 0.5, init: 0.0)]
    public double Dropout { get; set; }

    /// <summary>
    /// Whether each latent state has a shift and scale of its own in front of the shared layers; decided with the number of states
    /// where <see cref="LatentStates"/> is null. Default false.
    /// </summary>
    [SearchSpace.BooleanChoice(false)]
    public bool StateStandardization { get; set; }

    /// <summary>
    /// M, the number of Gaussians in the base distribution that the layers carry rows to, 1 to 256; they are learned with the flow and
    /// shared by all latent states. A few to some ten help where rows have modes or clusters that one Gaussian cannot be torn into:
    /// most with a plain flow (<see cref="LatentStates"/> = 1), for little more time, where latent states cost one pass each. They give
    /// no clusters of their own. 1 is the standard normal distribution. Null, the default, takes 10 where <see cref="LatentStates"/> is
    /// null, too, else 1.
    /// </summary>
    [SearchSpace.Range(1, 32, init: 1, logBase: true)]
    public int? BaseComponents { get; set; }

    /// <summary>Hidden units of the encoder, the network behind q(z|x), 1 to 8,192; unused with one state. Default 64.</summary>
    public int EncoderHiddenUnits { get; set; } = 64;

    /// <summary>What training maximises where there is more than one state. Default <see cref="LatentObjective.ExactMixture"/>.</summary>
    public LatentObjective Objective { get; set; } = LatentObjective.ExactMixture;

    /// <summary>
    /// Whether latent states start from the clusters of k-means; without meaning for <see cref="LatentObjective.GaussianMixture"/>, whose
    /// states always do. Default true.
    /// </summary>
    public bool KMeansStart { get; set; } = true;

    /// <summary>
    /// Passes over the training rows, 1 or more; training may stop earlier, see <see cref="Patience"/>. Null, the default,
    /// chooses by the number of rows.
    /// </summary>
    public int? Epochs { get; set; }

    /// <summary>Rows of a gradient step, 1 to 1,048,576. Default 256.</summary>
    [SearchSpace.Range(64, 1024, init: 256, logBase: true)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Step size at the start, above 0, to 1; it falls to 0 as <see cref="Schedule"/> says. Default 0.003.</summary>
    [SearchSpace.Range(3e-4, 1e-2, init: 3e-3, logBase: true)]
    public double LearningRate { get; set; } = 3e-3;

    /// <summary>How the step size falls over the planned epochs. Default <see cref="LearningRateSchedule.CoolDown"/>.</summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.CoolDown;

    /// <summary>
    /// From 0, below 1: the mean of the weights over about the last so many of the steps done (polynomial decay, Shamir and Zhang 2013)
    /// is validated beside the weights themselves after each epoch, and the better of the two count for that epoch. It costs a second
    /// validation and gains most where a flow overfits. 0 averages nothing. Default 0.1.
    /// </summary>
    public double WeightAveraging { get; set; } = 0.1;

    /// <summary>
    /// Decoupled weight decay (Loshchilov and Hutter 2019), 0 to 1: each step draws the weights of the networks towards 0 by so much of itself. On small wide
    /// tables 0.5 gains most of all, on large ones it costs much. Null, the default, is 0; but where <see cref="LatentStates"/> is null, and the
    /// best trial is a plain flow that overfits, one more trial with 0.5, and a <see cref="Dropout"/> of at least 0.1, finds out which is
    /// better.
    /// </summary>
    public double? WeightDecay { get; set; }

    /// <summary>Largest norm of a gradient; a longer one is scaled down. Above 0, finite. Default 5.</summary>
    public double GradientClip { get; set; } = 5;

    /// <summary>
    /// Share of the training rows held out to choose the best epoch where no validation data are given, above 0, below 1.
    /// Default 0.1.
    /// </summary>
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>
    /// Epochs without a better held-out density after which training stops, 1 or more. Null, the default, is a quarter of the
    /// epochs, at least 20. The best weights are kept in any case.
    /// </summary>
    public int? Patience { get; set; }

    /// <summary>What to do with a training row that holds NaN or an infinity. Default <see cref="NonFiniteRows.Throw"/>.</summary>
    public NonFiniteRows NonFiniteRows { get; set; } = NonFiniteRows.Throw;

    /// <summary>
    /// Rows kept in memory to draw batches from, 1 or more; a longer table is streamed through them. Default 1,000,000.
    /// </summary>
    public int ShuffleRows { get; set; } = 1_000_000;

    /// <summary>
    /// A folder for checkpoints: one is written after each epoch, and training goes on from the one that is there. Null, the
    /// default, writes none.
    /// </summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Told of each epoch. Default null.</summary>
    [JsonIgnore] // a search space makes and copies options as JSON
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training within a batch. Default: never.</summary>
    [JsonIgnore]
    public CancellationToken Cancellation { get; set; }

    /// <summary>What a cancelled training does. Default <see cref="WhenCancelled.Throw"/>.</summary>
    public WhenCancelled WhenCancelled { get; set; } = WhenCancelled.Throw;

    /// <summary>The seed of all that is random. Null, the default, takes the seed of the <see cref="MLContext"/>, or a fresh one where it has none.</summary>
    public int? Seed { get; set; }

    /// <summary>The GPU to compute on, 0 or more. Null, the default, takes <see cref="MLContext.GpuDeviceId"/>; where that is null too, the CPU.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether to compute on the CPU where the GPU is absent. Null, the default, takes <see cref="MLContext.FallbackToCpu"/>.</summary>
    public bool? FallbackToCpu { get; set; }

    /// <summary>The code that trains and scores. Default <see cref="ComputeEngine.Automatic"/>: managed code on the CPU, TorchSharp on a GPU.</summary>
    public ComputeEngine Engine { get; set; } = ComputeEngine.Automatic;

    /// <summary>
    /// Threads that the managed engine trains and scores on, 1 to 1,024. Null, the default, takes as many as there are processors.
    /// A seed reproduces a training for the same number of threads; scores and samples are the same for any.
    /// </summary>
    public int? Threads { get; set; }

    /// <summary>Checks every option; the estimator does so when it is made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public void Validate() => OptionsCheck.Check(this);

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal NormalizingVariationalFlowOptions Copy() => (NormalizingVariationalFlowOptions)MemberwiseClone();
}
