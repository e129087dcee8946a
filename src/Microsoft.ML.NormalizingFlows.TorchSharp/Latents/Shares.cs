using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Latents;

/// <summary>
/// Softmax and logsumexp over the columns of (B, K) where a gradient comes back through them. A share below 1e-12 counts as 0, which changes no digit
/// of the sum: weighted with it, a gradient consists of subnormal numbers, and many processors take a hundred times as long for one of these
/// as for any other. LibTorch could have them flushed, but TorchSharp has no name for that.
/// </summary>
internal static class Shares
{
    /// <summary>ln 1e-12.</summary>
    private const double Negligible = -27.6;

    /// <summary>softmax, (B, K).</summary>
    public static Tensor Of(Tensor logits) => nn.functional.softmax(Cut(logits), 1);

    /// <summary>logsumexp, (B).</summary>
    public static Tensor LogSum(Tensor logits) => Cut(logits).logsumexp(1);

    // Minus infinity in place of what is negligible: its share is 0 and so is the gradient by it.
    private static Tensor Cut(Tensor logits)
    {
        using var detached = logits.detach();
        using var below = (detached - detached.amax([1L], keepdim: true)).IsAtMost(Negligible);
        return logits.Filled(below, double.NegativeInfinity);
    }
}
