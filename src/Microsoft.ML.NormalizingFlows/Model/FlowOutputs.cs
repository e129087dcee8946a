namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>What an <see cref="IFlowEvaluator"/> is asked to compute for a batch of rows.</summary>
[Flags]
internal enum FlowOutputs
{
    None = 0,

    /// <summary>log p(x), (B).</summary>
    LogDensity = 1,

    /// <summary>p(z|x), (B, K).</summary>
    Posterior = 2,

    /// <summary>f(x; z) at the most likely z, (B, D).</summary>
    BaseVector = 4,

    /// <summary>E_q[log p(x|z)] - KL(q(z|x) || p(z)) with the encoder's q, (B); log p(x) where K = 1.</summary>
    Elbo = 8,

    /// <summary>At most how much log p(x) is understated for states left out, see <see cref="FlowScores.PrunedProbability"/>, (B).</summary>
    PruningBound = 16,
}
