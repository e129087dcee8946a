using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Latents;

/// <summary>
/// A latent z with K states and the uniform prior p(z) = 1/K (arXiv 2211.11638). With finitely many states the density is
/// exact: <c>log p(x) = logsumexp_k log p(x|k) - ln K</c>, and so is the posterior <c>p(k|x) = softmax_k log p(x|k)</c>.
/// Tensors of shape (B, K) hold one column for each state.
/// </summary>
internal sealed class DiscreteLatent(int states)
{
    /// <summary>K.</summary>
    public int States { get; } = states;

    /// <summary>log p(z) = -ln K, the same for every state.</summary>
    public double LogPrior { get; } = -Math.Log(states);

    /// <summary>log p(x), (B), from <paramref name="conditional"/> = log p(x|k), (B, K).</summary>
    public Tensor LogDensity(Tensor conditional) => Shares.LogSum(conditional).Plus(LogPrior);

    /// <summary>p(k|x), (B, K), from <paramref name="conditional"/> = log p(x|k), (B, K).</summary>
    public Tensor Posterior(Tensor conditional) => nn.functional.softmax(conditional, 1);

    /// <summary>KL(q(z|x) || p(z)), (B), of the encoder's <paramref name="logits"/>, (B, K): analytic, at least 0.</summary>
    public Tensor Divergence(Tensor logits)
    {
        return (Shares.Of(logits) * logits).sum(1L).Plus(-LogPrior) - Shares.LogSum(logits);
    }

    /// <summary>
    /// The evidence lower bound E_q[log p(x|z)] - KL(q(z|x) || p(z)), (B), with the expectation over all states.
    /// Equals log p(x) where q is the posterior, and is below it anywhere else.
    /// </summary>
    public Tensor EvidenceLowerBound(Tensor conditional, Tensor logits)
    {
        var q = nn.functional.softmax(logits, 1);
        return (q * conditional).sum(1L) - Divergence(logits);
    }

    /// <summary>One-hot contexts that pair every row of a batch with every state: (B K, K), states running fastest.</summary>
    public Tensor EveryState(long rows, Tensor like) =>
        eye(States, dtype: like.dtype, device: like.device).unsqueeze(0).expand(rows, States, States).reshape(rows * States, States);

    /// <summary>One-hot contexts of the given states, an int64 tensor (B): (B, K).</summary>
    public Tensor OneHot(Tensor chosen, Tensor like) =>
        eye(States, dtype: like.dtype, device: like.device).index_select(0, chosen);
}
