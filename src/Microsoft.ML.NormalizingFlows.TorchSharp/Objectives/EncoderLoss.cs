using Microsoft.ML.NormalizingFlows.Torch.Latents;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>How far the encoder q(z|x) is from wanted probabilities of the states.</summary>
internal static class EncoderLoss
{
    /// <summary>The mean of -sum_k w_k log q(k|x) for rows (B, D) and wanted probabilities (B, K), whose sums are 1.</summary>
    public static Tensor CrossEntropy(VariationalFlow flow, Tensor x, Tensor wanted)
    {
        var logits = flow.EncoderLogits(x);
        return (Shares.LogSum(logits) - (wanted * logits).sum(1L)).mean();
    }
}
