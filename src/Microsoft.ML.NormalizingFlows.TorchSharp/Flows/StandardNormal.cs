using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>The base distribution N(0, I) of every flow that has no <see cref="MixtureBase"/>.</summary>
internal static class StandardNormal
{
    /// <summary>log N(u; 0, I) = -|u|^2 / 2 - D/2 ln(2 pi), (B), of <paramref name="u"/>, (B, D).</summary>
    public static Tensor LogDensity(Tensor u) =>
        (u * u).sum(1L).Times(-0.5).Plus(-0.5 * Math.Log(2 * Math.PI) * u.shape[1]);
}
