namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Reusable buffers for the scores of up to <see cref="Capacity"/> rows, row-major; arrays that were not asked for are empty.
/// </summary>
internal sealed class FlowScores(FlowShape shape, FlowOutputs outputs, int capacity)
{
    public FlowOutputs Outputs { get; } = outputs;

    public int Capacity { get; } = capacity;

    /// <summary>K, the states of a row's posterior.</summary>
    public int States { get; } = shape.States;

    /// <summary>
    /// e, from 0, below 1: states with q(k|x) below e / K by the encoder may be left out of a row's scores. 0 computes all. What is
    /// left out is never negative, so log p(x) is then a lower bound.
    /// </summary>
    public double PrunedProbability { get; init; }

    /// <summary>log p(x) in nats, (B); never NaN, at least float.MinValue.</summary>
    public float[] LogDensity { get; } = new float[outputs.HasFlag(FlowOutputs.LogDensity) ? capacity : 0];

    /// <summary>p(z|x), (B, K).</summary>
    public float[] Posterior { get; } = new float[outputs.HasFlag(FlowOutputs.Posterior) ? capacity * shape.States : 0];

    /// <summary>The row in the Gaussian space of its most likely state, (B, D).</summary>
    public float[] BaseVector { get; } = new float[outputs.HasFlag(FlowOutputs.BaseVector) ? capacity * shape.Dimensions : 0];

    /// <summary>-ln(1 - the sum of q(k|x) over the states left out), in nats, (B): 0 where none were.</summary>
    public float[] PruningBound { get; } = new float[outputs.HasFlag(FlowOutputs.PruningBound) ? capacity : 0];

    /// <summary>The evidence lower bound in nats, (B).</summary>
    public float[] Elbo { get; } = new float[outputs.HasFlag(FlowOutputs.Elbo) ? capacity : 0];
}
