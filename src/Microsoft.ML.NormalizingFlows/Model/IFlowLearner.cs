using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>A flow that is being trained: what the training loop needs of an engine. For one thread at a time.</summary>
internal interface IFlowLearner : IDisposable
{
    /// <summary>Scores rows with the weights as they stand, without dropout. Belongs to the learner.</summary>
    IFlowEvaluator Evaluator { get; }

    /// <summary>What KL(q || p) of a continuous latent counts in the loss of a step, in [0, 1]; 1 unless it is set.</summary>
    double DivergenceWeight { get; set; }

    /// <summary>The number of learned values.</summary>
    long Parameters { get; }

    /// <summary>
    /// Goes one step down the gradient of the loss of <paramref name="count"/> rows, (count, D + C) row-major. A step whose loss or
    /// gradient is not finite is left out.
    /// </summary>
    /// <param name="phase">Which loss.</param>
    /// <param name="rows">In the user's units.</param>
    /// <param name="count">1 or more.</param>
    /// <param name="noise">Where a loss gets its random numbers.</param>
    /// <param name="dropoutSeed">Decides which units are dropped.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The mean of -log p(x) or its bound over the rows, in nats; NaN where the step was left out.</returns>
    double Step(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed, double learningRate);

    /// <summary>The standardisation and all learned values, by name.</summary>
    IReadOnlyList<NamedArray> ExtractWeights();

    /// <summary>The state of the optimizer, by name.</summary>
    IReadOnlyList<NamedArray> ExtractOptimizerState();

    /// <summary>Puts both back.</summary>
    void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState);
}

/// <summary>What an <see cref="IFlowLearner"/> is told once.</summary>
/// <param name="WeightDecay">Decoupled weight decay (AdamW), 0 or more; 0 is Adam.</param>
/// <param name="GradientClip">The largest norm of a gradient.</param>
/// <param name="Centers">K centers of D values, in units of standard deviations, for <see cref="LearningPhase.Clusters"/> and <see cref="LearningPhase.Surface"/>; null where neither is used.</param>
/// <param name="Device">Where and with what to compute.</param>
internal sealed record LearnerSettings(double WeightDecay, double GradientClip, float[][]? Centers, ComputeDevice Device)
{
    /// <summary>The d coordinates of each center, for <see cref="LearningPhase.Surface"/>; null where it is not used.</summary>
    public float[][]? Coordinates { get; init; }

    /// <summary>Share of hidden activations dropped, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Processes among which the rows of a step are shared out; null for this one alone.</summary>
    public TrainingGroup? Group { get; init; }
}

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
    /// The start of training of a continuous latent on a curved surface: each row has the coordinates of its nearest center, the flow learns
    /// log p(x|z) + ln p(z) and the encoder ln q(z|x) of them.
    /// </summary>
    Surface,

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
    /// The evidence lower bound with the q(z|x) of <c>MixtureLatent</c>, which stands still: one state for each row, drawn
    /// from q, so that a step costs what one of a plain flow does, whatever K.
    /// </summary>
    MixtureLatent,

    /// <summary>
    /// The evidence lower bound of a continuous latent, with one reparameterised draw of z for each row (Kingma and Welling 2014). KL(q || p) counts
    /// <see cref="IFlowLearner.DivergenceWeight"/>, and below <see cref="FreeBits.Nats"/> nats of a dimension its gradient is none (Kingma et al. 2016): else
    /// dimensions are given up before the layers have found a use for them.
    /// </summary>
    ContinuousLatent,
}

/// <summary>KL(q || p) that a dimension of a continuous latent has for nothing.</summary>
internal static class FreeBits
{
    public const float Nats = 0.05f;
}

/// <summary>The names under which the state of an optimizer is kept; both engines read what the other wrote.</summary>
internal static class OptimizerNames
{
    public const string Steps = "steps";

    /// <summary>Behind the name of an array: the running mean of its gradient.</summary>
    public const string Mean = "/mean";

    /// <summary>Behind the name of an array: the running mean of its squared gradient.</summary>
    public const string Square = "/square";
}
