using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The form of affine autoregressive layers published with Neural Spline Flows: <c>a = softplus(s) + 1e-3</c>, from
/// (s, b) for each feature.
/// </summary>
internal sealed class SoftplusAffineMap : AffineMap
{
    protected override (Tensor Scale, Tensor LogScale, Tensor Shift) Parameters(Tensor values, Tensor raw)
    {
        Tensor parameters = ByFeature(raw, values);
        Tensor scale = parameters.select(2, 0).Softplus().Plus(1e-3);
        return (scale, scale.log(), parameters.select(2, 1));
    }
}
