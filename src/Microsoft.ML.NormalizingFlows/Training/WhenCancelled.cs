namespace Microsoft.ML.NormalizingFlows;

/// <summary>What a cancelled training does.</summary>
/// <example>
/// <code>
/// using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
/// var options = new NormalizingVariationalFlowOptions { Training = { Cancellation = stop.Token, WhenCancelled = WhenCancelled.KeepBest } };
/// </code>
/// </example>
public enum WhenCancelled
{
    /// <summary>Throw <see cref="OperationCanceledException"/>.</summary>
    Throw,

    /// <summary>Return the model with the best weights so far.</summary>
    KeepBest,
}
