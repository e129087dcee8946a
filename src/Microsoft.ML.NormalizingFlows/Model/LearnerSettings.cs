namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>What an <see cref="IFlowLearner"/> is told once.</summary>
/// <param name="WeightDecay">Decoupled weight decay (AdamW), 0 or more; 0 is Adam.</param>
/// <param name="GradientClip">The largest norm of a gradient.</param>
/// <param name="Centers">K centers of D values, in units of standard deviations, for <see cref="LearningPhase.Clusters"/>; null where it is not used.</param>
/// <param name="Device">Where and with what to compute.</param>
internal sealed record LearnerSettings(double WeightDecay, double GradientClip, float[][]? Centers, ComputeDevice Device)
{
    /// <summary>Share of hidden activations dropped, in [0, 1).</summary>
    public double Dropout { get; init; }
}
