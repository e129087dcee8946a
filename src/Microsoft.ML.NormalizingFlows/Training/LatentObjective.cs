namespace Microsoft.ML.NormalizingFlows;

/// <summary>What training maximises where there is more than one discrete state (<see cref="FlowLatent.Discrete"/>).</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions
/// {
///     Flow = { Latent = FlowLatent.Discrete(8) },
///     Training = { Objective = LatentObjective.GumbelSoftmax },
/// };
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
}
