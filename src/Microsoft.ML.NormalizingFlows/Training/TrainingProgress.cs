namespace Microsoft.ML.NormalizingFlows;

/// <summary>The state of training after an epoch.</summary>
/// <param name="Epoch">Epochs done, from 1.</param>
/// <param name="Epochs">Epochs planned; training may stop before. Where time alone ends it, those that there will be at the pace so far.</param>
/// <param name="TrainingLoss">Mean loss of the epoch in nats: the negative log-density or its bound.</param>
/// <param name="ValidationLoss">
/// Mean negative log-density of held-out rows in nats, of some of them where there are many; where states are Gaussians
/// (<see cref="FlowLatent.Mixture"/>) an upper bound of it. The report of a model has that of all of them.
/// </param>
/// <param name="BestValidationLoss">The least validation loss so far.</param>
/// <param name="Elapsed">Time since the flow's training started.</param>
/// <param name="Remaining">
/// The time that is expected to be left for all flows of the model. It is made of how long epochs took so far: a flow that still gets better is expected
/// to train for all its epochs, or as long as a trial of its kind did; one that has not become better for a while, to stop when its patience ends.
/// Where a flow will stop early is not known before, so that the first estimates may be several times too long.
/// </param>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions
/// {
///     Training =
///     {
///         Progress = new Progress&lt;TrainingProgress&gt;(p =&gt; Console.WriteLine($"epoch {p.Epoch} of {p.Epochs}: {p.ValidationLoss:F3} nats, {p.Remaining:g} left")),
///     },
/// };
/// </code>
/// </example>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    double TrainingLoss,
    double ValidationLoss,
    double BestValidationLoss,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>The time left if no flow stops early and what may come behind them does, on a machine that is no slower than it was.</summary>
    public TimeSpan RemainingAtMost { get; init; }

    /// <summary>The flow in training, from 1: first trials, where the latent is chosen by validation, then the members of the ensemble.</summary>
    public int Flow { get; init; } = 1;

    /// <summary>Flows that will be trained, trials included; fewer than the trials said where one long flow stands in for an ensemble, one more where the flow of the first trial is not kept. Epochs and times are those of one of them; reports of flows that are trained side by side alternate.</summary>
    public int Flows { get; init; } = 1;
}
