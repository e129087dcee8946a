using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// <c>y = a x + b</c> with a &gt; 0 (Dinh et al. 2017, RealNVP). How raw parameters become a is left to the forms below.
/// </summary>
internal abstract class AffineMap : ElementwiseMap
{
    public override int ParametersPerFeature => 2;

    public override Mapped Forward(Tensor x, Tensor raw)
    {
        var (scale, logScale, shift) = Parameters(x, raw);
        return new((scale * x).Plus(shift), logScale);
    }

    public override Mapped Inverse(Tensor y, Tensor raw)
    {
        var (scale, logScale, shift) = Parameters(y, raw);
        return new((y - shift) / scale, -logScale);
    }

    /// <summary>a, ln a and b, each (B, d).</summary>
    protected abstract (Tensor Scale, Tensor LogScale, Tensor Shift) Parameters(Tensor values, Tensor raw);
}
