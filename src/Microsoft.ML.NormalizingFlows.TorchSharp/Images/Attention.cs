using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Attention with several heads (Vaswani et al. 2017): each position takes values of the others by how well its query fits their keys.</summary>
internal static class Attention
{
    /// <summary>(B, L, w)</summary>
    /// <param name="all">Queries, keys and values, (B, L, 3 w).</param>
    /// <param name="heads">That w is a multiple of.</param>
    /// <param name="mask">What is added to how well they fit, (L, L), far below 0 for a position that is not seen; null for nothing.</param>
    public static Tensor Apply(Tensor all, long heads, Tensor? mask = null)
    {
        long count = all.shape[0], length = all.shape[1], width = all.shape[2] / 3, each = width / heads;
        Tensor Part(long part) => all.narrow(2, part * width, width).reshape(count, length, heads, each).transpose(1, 2);
        var scores = Part(0).matmul(Part(1).transpose(2, 3)).Times(1 / Math.Sqrt(each));
        if (mask is not null)
            scores = scores.Plus(mask);
        return nn.functional.softmax(scores, 3).matmul(Part(2)).transpose(1, 2).reshape(count, length, width);
    }
}
