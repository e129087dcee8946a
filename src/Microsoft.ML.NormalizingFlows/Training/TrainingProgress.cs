namespace Microsoft.ML.NormalizingFlows;

/// <summary>The state of training after an epoch.</summary>
/// <param name="Epoch">Epochs done, from 1.</param>
/// <param name="Epochs">Epochs planned; training may stop before.</param>
/// <param name="TrainingLoss">Mean loss of the epoch in nats: the negative log-density or its bound.</param>
/// <param name="ValidationLoss">Mean negative log-density of the held-out rows in nats.</param>
/// <param name="BestValidationLoss">The least validation loss so far.</param>
/// <param name="Elapsed">Time since training started.</param>
/// <param name="Remaining">Estimate of the time left if no epoch is saved by stopping early.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    double TrainingLoss,
    double ValidationLoss,
    double BestValidationLoss,
    TimeSpan Elapsed,
    TimeSpan Remaining);
