using Microsoft.ML.NormalizingFlows.Model;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The soft-limited form: <c>ln a = s / (1 + |s| / limit)</c>, b free, from (s, b) for each feature. Raw zeros are the
/// identity, and growing is as easy as shrinking by the same factor, up to about 32 either way.
/// </summary>
internal sealed class ExponentialAffineMap : AffineMap
{
    protected override (Tensor Scale, Tensor LogScale, Tensor Shift) Parameters(Tensor values, Tensor raw)
    {
        Tensor parameters = ByFeature(raw, values);
        Tensor logScale = SoftLimit.Apply(parameters.select(2, 0), ParameterLimits.SoftLogarithm);
        return (logScale.exp(), logScale, parameters.select(2, 1));
    }
}
