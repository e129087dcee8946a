using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes <c>y = a x + b</c>.</summary>
internal sealed class AffineWriter(AffineMapSpec spec, int features) : MapWriter(features)
{
    private const double MinimumScale = 1e-3;

    public override Mapped Forward(OnnxValue x, OnnxValue raw)
    {
        var (scale, logScale, shift) = Parameters(raw);
        return new(scale * x + shift, logScale.SumOf(Features));
    }

    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw)
    {
        var (scale, _, shift) = Parameters(raw);
        return (y - shift) / scale;
    }

    private (OnnxValue Scale, OnnxValue LogScale, OnnxValue Shift) Parameters(OnnxValue raw)
    {
        // As published, couplings have all shifts first.
        bool byFeature = spec.Scale != AffineScale.Sigmoid;
        var places = Enumerable.Range(0, Features);
        var first = raw.Take(places.Select(i => byFeature ? 2 * i : i), 2);
        var second = raw.Take(places.Select(i => byFeature ? 2 * i + 1 : Features + i), 2);
        switch (spec.Scale)
        {
            case AffineScale.SoftLimited:
                var limited = SoftLimit(first, ParameterLimits.SoftLogarithm);
                return (limited.Exp(), limited, second);
            case AffineScale.Sigmoid:
                var share = (second + 2).Sigmoid() + MinimumScale;
                return (share, share.Log(), first);
            case AffineScale.Softplus:
                var positive = first.Softplus() + MinimumScale;
                return (positive, positive.Log(), second);
            default:
                throw OnnxRefusal.Of($"an affine map with the scale {spec.Scale}");
        }
    }
}

/// <summary>Writes <c>y = x + b</c>.</summary>
internal sealed class AdditiveWriter(int features) : MapWriter(features)
{
    public override Mapped Forward(OnnxValue x, OnnxValue raw) => new(x + raw);

    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw) => y - raw;
}
