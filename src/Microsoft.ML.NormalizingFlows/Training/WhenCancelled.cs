namespace Microsoft.ML.NormalizingFlows;

/// <summary>What a cancelled training does.</summary>
public enum WhenCancelled
{
    /// <summary>Throw <see cref="OperationCanceledException"/>.</summary>
    Throw,

    /// <summary>Return the model with the best weights so far.</summary>
    KeepBest,
}
