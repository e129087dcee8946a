namespace Microsoft.ML.NormalizingFlows;

/// <summary>What training maximises where there is more than one latent state.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { LatentStates = 8, Objective = LatentObjective.GumbelSoftmax };
/// using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
/// double known = model.Report.MutualInformation;     // near 0: the latent is ignored
/// </code>
/// </example>
public enum LatentObjective
{
    /// <summary>The exact log-density: log of the mean over the K states of p(x|z). Each step computes all states.</summary>
    ExactMixture,

    /// <summary>
    /// The evidence lower bound with one straight-through Gumbel-softmax sample of the encoder and an analytic KL term
    /// (arXiv 2211.11638). On real tables the latent tends to be ignored under it: see the reported mutual information.
    /// </summary>
    GumbelSoftmax,

    /// <summary>
    /// The evidence lower bound where a Gaussian mixture of K components, fitted to the rows beforehand, is the encoder and the prior of
    /// the states, and makes the rows of each state white in front of the layers that all share. The first state is a broad background
    /// for rows that fit nowhere. A step computes one state for each row, drawn from the encoder, and so costs that of a plain flow,
    /// whatever K: tens of states pay on large tables of few features with many modes; they overfit small or wide ones (see
    /// benchmarks/README.md). Scores still need all states: see <see cref="NormalizingVariationalFlowOptions.PrunedProbability"/>.
    /// </summary>
    GaussianMixture,
}
