using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The monotone rational-quadratic spline of K bins on [-B, B], the identity outside (Gregory and Delbourgo 1982; Durkan
/// et al. 2019, Neural Spline Flows). Raw parameters of a feature: K width logits, K height logits, K - 1 slopes at the
/// inner knots; the outer knots are (-B, -B) and (B, B), with slope 1. Sizes of bins are
/// <c>2B (1e-3 + (1 - 1e-3 K) softmax(logits))</c>, slopes <c>1e-3 + softplus(u)</c>. Soft-limited, logits and raw
/// slopes pass <see cref="SoftLimit"/> first: slopes lie between 1/1000 and about 1000, and so do ratios of bins. Raw
/// zeros are near the identity: equal bins, slopes 0.69.
/// </summary>
internal sealed class RationalQuadraticSplineMap : ElementwiseMap
{
    private const double MinimumBin = 1e-3;
    private const double MinimumSlope = 1e-3;

    private readonly int _bins;
    private readonly double _bound;
    private readonly double _logitScale;
    private readonly bool _softLimited;

    public RationalQuadraticSplineMap(RationalQuadraticSplineMapSpec spec)
    {
        spec.Validate();
        (_bins, _bound, _logitScale, _softLimited) = spec;
    }

    public override int ParametersPerFeature => 3 * _bins - 1;

    public override Mapped Forward(Tensor x, Tensor raw)
    {
        var (xKnots, yKnots, slopes) = Knots(ByFeature(raw, x));
        Tensor within = x.Within(-_bound, _bound);
        var bin = SplineBin.Find(within, xKnots, xKnots, yKnots, slopes);
        Tensor t = bin.PositionOfX(within);
        return WithTails(x, bin.Y(t), bin.LogSlope(t));
    }

    public override Mapped Inverse(Tensor y, Tensor raw)
    {
        var (xKnots, yKnots, slopes) = Knots(ByFeature(raw, y));
        Tensor within = y.Within(-_bound, _bound);
        var bin = SplineBin.Find(within, yKnots, xKnots, yKnots, slopes);
        Tensor t = bin.PositionOfY(within);
        return WithTails(y, bin.X(t), -bin.LogSlope(t));
    }

    // Both branches of where are finite, for the clamped value is inside: no NaN can enter a gradient.
    private Mapped WithTails(Tensor value, Tensor mapped, Tensor logDerivative)
    {
        Tensor inside = value.abs().IsAtMost(_bound);
        return new(where(inside, mapped, value), where(inside, logDerivative, zeros_like(logDerivative)));
    }

    // The K + 1 knots and the slopes there, each (B, d, K + 1).
    private (Tensor X, Tensor Y, Tensor Slopes) Knots(Tensor raw)
    {
        Tensor widths = raw.narrow(2, 0, _bins);
        Tensor heights = raw.narrow(2, _bins, _bins);
        Tensor inner = raw.narrow(2, 2 * _bins, _bins - 1);
        if (_softLimited)
            inner = SoftLimit.Apply(inner, ParameterLimits.SoftSlope);
        Tensor slopes = inner.Softplus().Plus(MinimumSlope);
        return (Positions(widths), Positions(heights), nn.functional.pad(slopes, [1L, 1L], value: 1));
    }

    private Tensor Positions(Tensor logits)
    {
        logits = logits.Times(_logitScale);
        if (_softLimited)
            logits = SoftLimit.Apply(logits, ParameterLimits.SoftLogarithm);
        Tensor shares = nn.functional.softmax(logits, 2).Times(1 - MinimumBin * _bins).Plus(MinimumBin);
        Tensor inner = shares.cumsum(2).narrow(2, 0, _bins - 1).Times(2 * _bound).Plus(-_bound);
        // The outer knots are exact: a rounded sum would leave a gap, or a step, beside the tails.
        Tensor left = zeros_like(inner.narrow(2, 0, 1)).Plus(-_bound);
        return cat([left, inner, -left], 2);
    }
}
