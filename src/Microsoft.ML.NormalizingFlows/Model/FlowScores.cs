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

    /// <summary>S, the draws of a continuous latent that a row is scored by.</summary>
    public int Draws { get; init; } = LatentDraws.Usual;

    /// <summary>log p(x) in nats, (B); never NaN, at least float.MinValue.</summary>
    public float[] LogDensity { get; } = new float[outputs.HasFlag(FlowOutputs.LogDensity) ? capacity : 0];

    /// <summary>p(z|x), (B, K).</summary>
    public float[] Posterior { get; } = new float[outputs.HasFlag(FlowOutputs.Posterior) ? capacity * shape.States : 0];

    /// <summary>The row in the Gaussian space of its most likely state, (B, D).</summary>
    public float[] BaseVector { get; } = new float[outputs.HasFlag(FlowOutputs.BaseVector) ? capacity * shape.Dimensions : 0];

    /// <summary>-ln(1 - the sum of q(k|x) over the states left out), in nats, (B): 0 where none were.</summary>
    public float[] PruningBound { get; } = new float[outputs.HasFlag(FlowOutputs.PruningBound) ? capacity : 0];

    /// <summary>The mean of q(z|x) of a continuous latent, (B, d).</summary>
    public float[] LatentMean { get; } = new float[outputs.HasFlag(FlowOutputs.LatentMoments) ? capacity * shape.Latent : 0];

    /// <summary>The standard deviation of q(z|x) of a continuous latent in each dimension, (B, d).</summary>
    public float[] LatentDeviation { get; } = new float[outputs.HasFlag(FlowOutputs.LatentMoments) ? capacity * shape.Latent : 0];

    /// <summary>See <see cref="FlowOutputs.EffectiveSampleSize"/>, (B), from 1 to <see cref="Draws"/>.</summary>
    public float[] EffectiveSampleSize { get; } = new float[outputs.HasFlag(FlowOutputs.EffectiveSampleSize) ? capacity : 0];

    /// <summary>P(X &lt;= x), (B), in [0, 1].</summary>
    public float[] Cumulative { get; } = new float[outputs.HasFlag(FlowOutputs.Cumulative) ? capacity : 0];

    /// <summary>The evidence lower bound in nats, (B).</summary>
    public float[] Elbo { get; } = new float[outputs.HasFlag(FlowOutputs.Elbo) ? capacity : 0];

    /// <summary>What <see cref="FlowOutputs.DrawnBound"/> draws the state of each row with: a number in [0, 1) for each that is scored.</summary>
    public ReadOnlyMemory<float> Uniforms { get; set; }

    /// <summary>See <see cref="FlowOutputs.DrawnBound"/>, in nats, (B).</summary>
    public float[] DrawnBound { get; } = new float[outputs.HasFlag(FlowOutputs.DrawnBound) ? capacity : 0];
}

/// <summary>What an <see cref="IFlowEvaluator"/> is asked to compute for a batch of rows.</summary>
[Flags]
internal enum FlowOutputs
{
    None = 0,

    /// <summary>
    /// log p(x), (B). Where the latent is continuous, the importance-weighted bound with S draws z_s, whose expectation grows with S to log p(x):
    /// <c>ln 1/S sum_s p(x|z_s) p(z_s) / r(z_s|x)</c>, see <see cref="LatentDraws"/>.
    /// </summary>
    LogDensity = 1,

    /// <summary>p(z|x), (B, K).</summary>
    Posterior = 2,

    /// <summary>f(x; z) at the most likely z, (B, D); at the mean of q(z|x) of a continuous one.</summary>
    BaseVector = 4,

    /// <summary>E_q[log p(x|z)] - KL(q(z|x) || p(z)) with the encoder's q, (B); log p(x) without a latent. By the draws where it is continuous.</summary>
    Elbo = 8,

    /// <summary>At most how much log p(x) is understated for states left out, see <see cref="FlowScores.PrunedProbability"/>, (B).</summary>
    PruningBound = 16,

    /// <summary>
    /// log p(x|z) + log p(z) - log q(z|x) at one state z that is drawn from q(z|x), (B): its mean over draws is <see cref="Elbo"/>, and it
    /// takes the time of one state in place of all. Is asked for alone, and of a flow with an encoder.
    /// </summary>
    DrawnBound = 32,

    /// <summary>The distribution function of a flow over one feature, P(X &lt;= x), (B). No state is left out of it.</summary>
    Cumulative = 64,

    /// <summary>Quantiles, which are no scores of rows: <see cref="IFlowEvaluator.Quantiles"/> finds them.</summary>
    Quantiles = 128,

    /// <summary>Mean and standard deviation of q(z|x) of a continuous latent, (B, d) each.</summary>
    LatentMoments = 256,

    /// <summary>Draws of a continuous latent that as many with equal weights are worth, <c>(sum_s w_s)^2 / sum_s w_s^2</c> (Kong 1992), (B).</summary>
    EffectiveSampleSize = 512,
}
