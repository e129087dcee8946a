namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The loss of a step.</summary>
internal enum LearningPhase
{
    /// <summary>
    /// The start of training with k-means: each row belongs to the state of its nearest center, the flow learns
    /// log p(x|z) + ln p(z) and the encoder that state. It breaks the symmetry between states, which the losses that follow
    /// cannot.
    /// </summary>
    Clusters,

    /// <summary>
    /// Maximum likelihood: -log p(x) with log p(x) = logsumexp_k log p(x|k) - ln K, every state evaluated. It needs no
    /// encoder; the encoder, where there is one, learns the exact posterior beside it by cross-entropy and does not act on the
    /// flow.
    /// </summary>
    ExactMixture,

    /// <summary>
    /// The objective of arXiv 2211.11638: the evidence lower bound E_q[log p(x|z)] - KL(q(z|x) || p(z)), with one
    /// straight-through Gumbel-softmax sample of z at temperature 1 and the KL term in closed form.
    /// </summary>
    GumbelSoftmax,

    /// <summary>
    /// The evidence lower bound with the q(z|x) of <c>GaussianStates</c>, which stands still: one state for each row, drawn
    /// from q, so that a step costs what one of a plain flow does, whatever K.
    /// </summary>
    GaussianStates,
}
