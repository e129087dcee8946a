using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Latents;

/// <summary>
/// The straight-through Gumbel-softmax sample of a categorical distribution (Jang et al. 2017, Maddison et al. 2017):
/// one-hot at <c>argmax(logits + g)</c> with Gumbel noise <c>g = -log(-log u)</c>, while gradients flow as if the value
/// were <c>softmax((logits + g) / temperature)</c>.
/// </summary>
internal static class GumbelSoftmax
{
    /// <summary>A one-hot sample, (B, K), from <paramref name="logits"/> and uniforms on (0, 1), both (B, K).</summary>
    public static Tensor Sample(Tensor logits, Tensor uniforms, double temperature)
    {
        var gumbels = -(-uniforms.log()).log();
        var soft = Shares.Of(logits.Plus(gumbels).Times(1 / temperature));
        var hard = eye(logits.shape[1], dtype: logits.dtype, device: logits.device).index_select(0, soft.argmax(1));
        return (hard - soft.detach()).Plus(soft);
    }
}
