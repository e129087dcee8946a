using Microsoft.ML.NormalizingFlows.Model;
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

/// <summary><c>y = x + b</c> (Dinh et al. 2014, NICE): raw zeros are the identity, and the volume stays.</summary>
internal sealed class AdditiveMap : ElementwiseMap
{
    public override int ParametersPerFeature => 1;

    public override Mapped Forward(Tensor x, Tensor raw) => new(x.Plus(raw), zeros_like(x));

    public override Mapped Inverse(Tensor y, Tensor raw) => new(y - raw, zeros_like(y));
}
