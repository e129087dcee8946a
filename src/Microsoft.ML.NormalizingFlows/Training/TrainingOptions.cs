using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// How a model is trained, whatever it is for, and on what. Every task has one with defaults that fit it, so set what is to be different and
/// leave the rest: <c>Training = { Epochs = 20 }</c>. What is marked for a search space can be tuned by ML.NET's AutoML.
/// </summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Training = { Epochs = 50, Seed = 1, Progress = progress } };
/// </code>
/// </example>
public sealed class TrainingOptions
{
    /// <summary>What training maximises where there are discrete states. Default <see cref="LatentObjective.ExactMixture"/>.</summary>
    public LatentObjective Objective { get; set; } = LatentObjective.ExactMixture;

    /// <summary>
    /// Passes over the training rows, 1 or more; training may stop earlier, see <see cref="Patience"/>. Null, the default,
    /// chooses by the number of rows; on long tables an epoch is then a part of a pass.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Epochs { get; set; }

    /// <summary>Rows of a gradient step, from 1 to 1,048,576. Default 256.</summary>
    [Range(1, 1 << 20), SearchSpace.Range(64, 1024, init: 256, logBase: true)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Adam's step size at the start, above 0 and at most 1; it falls to 0 as <see cref="Schedule"/> says. Default 0.006 for a density, else 0.003.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true), SearchSpace.Range(3e-4, 1e-2, init: 3e-3, logBase: true)]
    public double LearningRate { get; set; } = 3e-3;

    /// <summary>
    /// How the step size falls over the planned epochs. Default <see cref="LearningRateSchedule.CoolDown"/> for a density, else
    /// <see cref="LearningRateSchedule.Cosine"/>.
    /// </summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.CoolDown;

    /// <summary>
    /// At least 0 and below 1: the mean of the weights over about the last so many of the steps done (polynomial decay, Shamir and Zhang 2013)
    /// is validated beside the weights themselves after each epoch, and the better of the two count for that epoch. It costs a second
    /// validation and gains most where a flow overfits. 0 averages nothing. Default 0.1 for a density, else 0.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WeightAveraging { get; set; } = 0.1;

    /// <summary>
    /// Decoupled weight decay (Loshchilov and Hutter 2019), from 0 to 1: each step draws the weights of the networks towards 0 by so much of itself. On small wide
    /// tables 0.5 gains most of all, on large ones it costs much. Null, the default, is 0; but for a density whose <see cref="FlowOptions.Latent"/>
    /// is automatic, and whose best trial is a plain flow that overfits, one more trial with 0.5, and a <see cref="Dropout"/> of at least 0.1, finds
    /// out which is better.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; set; }

    /// <summary>Share of hidden units dropped while training, at least 0 and below 1. Default 0.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true), SearchSpace.Range(0.0, 0.5, init: 0.0)]
    public double Dropout { get; set; }

    /// <summary>The maximum norm of a gradient, above 0 and finite; a longer one is scaled down. Default 5.</summary>
    [Range(0.0, double.PositiveInfinity, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double GradientClip { get; set; } = 5;

    /// <summary>
    /// Share of the training rows held out to choose the best epoch where no validation data are given, above 0 and below 1.
    /// Default 0.1. An anomaly detector chooses no epoch: its held-out rows are <see cref="NormalizingVariationalFlowAnomalyOptions.HeldOutShare"/>.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>
    /// Epochs without a better held-out density after which training stops, 1 or more. Null, the default, is a quarter of the
    /// epochs, at least 20. The best weights are kept in any case. An anomaly detector trains all epochs and keeps the last weights.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Patience { get; set; }

    /// <summary>
    /// What to do with a training row that holds NaN or an infinity. Default <see cref="NonFiniteRows.Throw"/>.
    /// </summary>
    public NonFiniteRows NonFiniteRows { get; set; } = NonFiniteRows.Throw;

    /// <summary>
    /// Rows kept in memory to draw batches from, 1 or more; a longer table is streamed through them. Default 1,000,000.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int ShuffleRows { get; set; } = 1_000_000;

    /// <summary>
    /// A folder for checkpoints: one is written after each epoch, and training goes on from the one that is there. Null, the
    /// default, writes none.
    /// </summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>
    /// The time that training may take, in seconds above 0 and finite: it stops then in the middle of an epoch, too, and the model is the best of that
    /// time; the step size falls as the time goes by, trials and members share it, and a long training may use more than it would otherwise.
    /// What a training took before it was resumed from <see cref="CheckpointFolder"/> counts. What the rows are scored with at the end comes on top, and so does
    /// how a clusterer chooses its number of clusters. With it, a seed does
    /// not reproduce a training: what fits in depends on the machine. Null, the default, is no limit.
    /// </summary>
    [Range(0.0, double.PositiveInfinity, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public TimeSpan? TrainingTime { get; set; }

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

    /// <summary>
    /// The GPU to compute on, 0 or more. Null, the default, takes <see cref="MLContext.GpuDeviceId"/>; where that is null too, the CPU.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether to compute on the CPU where the GPU is absent. Null, the default, takes <see cref="MLContext.FallbackToCpu"/>.</summary>
    public bool? FallbackToCpu { get; set; }

    /// <summary>The code that trains and scores. Default <see cref="ComputeEngine.Automatic"/>: managed code on the CPU, TorchSharp on a GPU.</summary>
    public ComputeEngine Engine { get; set; } = ComputeEngine.Automatic;

    /// <summary>
    /// Threads that the managed engine trains and scores on, from 1 to 1,024. Null, the default, takes as many as there are processors. Trainings that do
    /// not depend on one another (trials, members of an ensemble, restarts of a clustering) go side by side and share them.
    /// A seed reproduces a training for the same number of threads; scores and samples are the same for any.
    /// </summary>
    [Range(1, FlowLimits.Threads)]
    public int? Threads { get; set; }

    /// <summary>
    /// Processes that train the model together: of several flows (trials, members of an ensemble) each does its share, and one flow they train on a part of every batch each; not with <see cref="TrainingTime"/>, for clusterings, for images, or on a GPU. The same model as
    /// that of one process comes out, but for the order in which sums are rounded. Give all of them the same table, of which each reads a share, the same options and seed; batches of thousands of rows are worth
    /// sharing, and so are ensembles, see docs/scale.md. Of a flow that all train the first process writes the checkpoint, which all read. Null, the default, is this process alone.
    /// </summary>
    [JsonIgnore]
    public TrainingGroup? Group { get; set; }

    /// <summary>The time, from now on; null for no limit.</summary>
    internal TimeLimit? TimeLimit => TrainingTime is { } time ? new TimeLimit(time, TimeProvider.System) : null;

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal TrainingOptions Copy() => (TrainingOptions)MemberwiseClone();

    /// <summary>The device, engine and threads that these ask for, and the <see cref="MLContext"/> where they leave it open.</summary>
    internal ComputeDevice Device(IHostEnvironment environment) =>
        Environments.Device(environment, GpuDeviceId, FallbackToCpu) with { Engine = Engine, Threads = Threads };
}
