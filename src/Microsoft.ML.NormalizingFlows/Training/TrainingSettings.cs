using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>How to train; <c>FlowArchitecture</c> says what. Ranges are checked by the options a user sees.</summary>
internal sealed record TrainingSettings
{
    public LatentObjective Objective { get; init; } = LatentObjective.ExactMixture;

    /// <summary>Whether validation decides the number of states, see <see cref="LatentChoice"/>; the architecture's is then ignored.</summary>
    public bool ChoosesLatent { get; init; }

    /// <summary>Whether the map of a plain flow is that of <see cref="LatentChoice.PlainMap"/>, where <see cref="ChoosesLatent"/>.</summary>
    public bool ChoosesMap { get; init; }

    /// <summary>Flows of the ensemble; null chooses by the number of rows where <see cref="ChoosesLatent"/>, else 1.</summary>
    public int? EnsembleSize { get; init; }

    /// <summary>Whether states start from the clusters of k-means (K &gt; 1).</summary>
    public bool KMeansStart { get; init; } = true;

    /// <summary>Passes over the training rows; null chooses by the number of rows.</summary>
    public int? Epochs { get; init; }

    /// <summary>Gradient steps where <see cref="Epochs"/> is null, about; more on long tables but for a trial.</summary>
    public int Steps { get; init; } = 4_000;

    /// <summary>Whether the training is to tell what to train.</summary>
    public bool IsTrial { get; init; }

    /// <summary>The part of the epochs that is run: a trial runs fewer, a long flow more.</summary>
    public double Share { get; init; } = 1;

    public int BatchSize { get; init; } = 256;

    /// <summary>Adam's step size at the start.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>How it falls to 0 over the planned steps.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.CoolDown;

    /// <summary>The last share of the steps done whose weights are averaged, in [0, 1), see <see cref="WeightAverage"/>; 0 averages none.</summary>
    public double WeightAveraging { get; init; } = 0.1;

    /// <summary>Decoupled weight decay (AdamW); 0 is Adam.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether a trial with <see cref="LatentChoice.WeightDecay"/> is made where a plain flow overfits.</summary>
    public bool ChoosesDecay { get; init; }

    /// <summary>Largest norm of a step's gradient.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>Share of the training rows held out where no validation rows are given, in (0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Epochs without a better validation loss after which training stops; null chooses by the number of epochs.</summary>
    public int? Patience { get; init; }

    /// <summary>Whether the weights of the last epoch are kept, not those of the best: the held-out rows then decide nothing, and training never stops early.</summary>
    public bool KeepsLast { get; init; }

    /// <summary>
    /// Noise added to each row that is trained on, Normal, in standard deviations of each feature; fresh in each epoch. What is
    /// learned is the density of the rows with that noise. 0 adds none.
    /// </summary>
    public double Noise { get; init; }

    /// <summary>
    /// Of an ensemble, the noise of the last flow beside that of the first, in (0, 1]; those between stand evenly between them by their logarithms. The mean of
    /// their densities sees what is far by the coarse ones and what is near by the fine ones.
    /// </summary>
    public double FinestNoise { get; init; } = 1;

    /// <summary>The noise of one flow of an ensemble, from 0.</summary>
    public double NoiseOf(int flow, int flows) => flows == 1 ? Noise : Noise * Math.Pow(FinestNoise, flow / (flows - 1.0));

    /// <summary>Whether a flow starts as the Gaussian of the training rows with their noise, see <see cref="GaussianStart"/>, not as N(0, I).</summary>
    public bool StartsFromGaussian { get; init; }

    public NonFiniteRows NonFiniteRows { get; init; } = NonFiniteRows.Throw;

    /// <summary>Rows kept in memory to draw batches from; a longer table is streamed through them, shuffled.</summary>
    public int ShuffleRows { get; init; } = 1_000_000;

    /// <summary>Folder for checkpoints, written after each epoch and resumed from when present; null writes none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>When training stops wherever it is; null for never.</summary>
    public TimeLimit? Time { get; init; }

    /// <summary>Knows of the other trainings of the model; null where there are none.</summary>
    public TimeLeft? TimeLeft { get; init; }

    /// <summary>What time it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IProgress<TrainingProgress>? Progress { get; init; }

    public CancellationToken Cancellation { get; init; }

    public WhenCancelled WhenCancelled { get; init; } = WhenCancelled.Throw;

    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Processes that train the flow together; null for this one alone.</summary>
    public TrainingGroup? Group { get; init; }

    /// <summary>The folder of checkpoints, where this process writes them.</summary>
    public string? WrittenFolder => Group is null or { Rank: 0 } ? CheckpointFolder : null;

    /// <summary>The place of this flow among those that are trained, for progress.</summary>
    public int Flow { get; init; } = 1;

    /// <summary>Flows that are trained.</summary>
    public int Flows { get; init; } = 1;
}
