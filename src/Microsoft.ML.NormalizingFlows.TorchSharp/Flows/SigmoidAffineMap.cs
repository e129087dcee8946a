using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The form of affine coupling layers published with Neural Spline Flows: <c>a = sigmoid(s + 2) + 1e-3</c>. The raw
/// parameters are all shifts b, then all s, each (B, d).
/// </summary>
internal sealed class SigmoidAffineMap : AffineMap
{
    protected override (Tensor Scale, Tensor LogScale, Tensor Shift) Parameters(Tensor values, Tensor raw)
    {
        long features = values.shape[1];
        Tensor scale = raw.narrow(1, features, features).Plus(2).sigmoid().Plus(1e-3);
        return (scale, scale.log(), raw.narrow(1, 0, features));
    }
}
