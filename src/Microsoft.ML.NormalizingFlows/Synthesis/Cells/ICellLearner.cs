namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A cell network that is being trained. For one thread at a time.</summary>
internal interface ICellLearner : IDisposable
{
    /// <summary>Goes one step down the gradient of the loss of some rows; a step that is not finite is left out.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="batch">Numbers of those of this step.</param>
    /// <param name="dropoutSeed">Decides which units are dropped.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The mean of -ln P(x) in nats; NaN where the step was left out.</returns>
    double Step(CellRows rows, ReadOnlyMemory<int> batch, uint dropoutSeed, double learningRate);
}

/// <summary>What an <see cref="ICellLearner"/> is told once.</summary>
/// <param name="WeightDecay">Decoupled weight decay, 0 or more.</param>
/// <param name="GradientClip">The largest norm of a gradient.</param>
internal sealed record LearnerOptions(double WeightDecay, double GradientClip);
