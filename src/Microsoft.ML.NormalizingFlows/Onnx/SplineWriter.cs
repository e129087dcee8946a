using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes the monotone rational-quadratic spline; formulas and names are those of the engines (Durkan et al. 2019, equations 4 to 8).</summary>
internal sealed class SplineWriter(RationalQuadraticSplineMapSpec spec, int features) : MapWriter(features)
{
    private const double MinimumBin = 1e-3;
    private const double MinimumSlope = 1e-3;

    public override Mapped Forward(OnnxValue x, OnnxValue raw)
    {
        var each = x.Reshape(0, 0, Features, 1);
        var knots = FindKnots(raw);
        var within = each.Within(-spec.TailBound, spec.TailBound);
        var bin = knots.Find(within, knots.X);
        var t = bin.PositionOfX(within);
        var inside = Inside(each);
        return new(inside.Choose(bin.Y(t), each).Reshape(0, 0, Features), inside.Choose(bin.LogSlope(t), each.Graph.Constant(0)).Reshape(0, 0, Features).SumOf(Features));
    }

    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw)
    {
        var each = y.Reshape(0, 0, Features, 1);
        var knots = FindKnots(raw);
        var within = each.Within(-spec.TailBound, spec.TailBound);
        var bin = knots.Find(within, knots.Y);
        return Inside(each).Choose(bin.X(bin.PositionOfY(within)), each).Reshape(0, 0, Features);
    }

    private OnnxValue Inside(OnnxValue value) => value.Abs() <= value.Graph.Constant((float)spec.TailBound);

    // Inner knots along each axis, (B, S, F, bins - 1), and slopes there.
    private Knots FindKnots(OnnxValue raw)
    {
        var parameters = raw.Reshape(0, 0, Features, spec.ParametersPerFeature);
        var slopes = parameters.Slice(2 * spec.Bins, spec.Bins - 1, 3);
        if (spec.IsSoftLimited)
            slopes = SoftLimit(slopes, ParameterLimits.SoftSlope);
        return new(Positions(parameters.Slice(0, spec.Bins, 3)), Positions(parameters.Slice(spec.Bins, spec.Bins, 3)), slopes.Softplus() + MinimumSlope, spec);
    }

    private OnnxValue Positions(OnnxValue logits)
    {
        logits *= spec.LogitScale;
        if (spec.IsSoftLimited)
            logits = SoftLimit(logits, ParameterLimits.SoftLogarithm);
        var shares = logits.Softmax(3);
        // Sums of the shares of the bins to the left, by a triangle of ones; each bin has a least size.
        int inner = spec.Bins - 1;
        var triangle = Enumerable.Range(0, spec.Bins * inner).Select(i => i / inner <= i % inner ? 1f : 0);
        var least = Enumerable.Range(1, inner).Select(bins => (float)(2 * spec.TailBound * MinimumBin * bins - spec.TailBound));
        return shares.Times(logits.Graph.Constant(triangle, spec.Bins, inner)) * (2 * spec.TailBound * (1 - MinimumBin * spec.Bins)) + logits.Graph.Constant(least, inner);
    }

    private sealed record Knots(OnnxValue X, OnnxValue Y, OnnxValue Slopes, RationalQuadraticSplineMapSpec Spec)
    {
        /// <summary>The bin of each value, (B, S, F, 1), along the axis of some of the knots.</summary>
        public Bin Find(OnnxValue values, OnnxValue axis)
        {
            var passed = (axis <= values).As<float>();
            var index = passed.SumOf(Spec.Bins - 1).As<long>();
            float bound = (float)Spec.TailBound;
            return new(
                At(Left(X, -bound), index), At(Right(X, bound), index), At(Left(Y, -bound), index), At(Right(Y, bound), index),
                At(Left(Slopes, 1), index), At(Right(Slopes, 1), index));
        }

        // The ends of bins: inner knots and, before or behind them, the outer one.
        private static OnnxValue Left(OnnxValue inner, float first) => Pad(inner, first, [0, 0, 0, 1, 0, 0, 0, 0]);

        private static OnnxValue Right(OnnxValue inner, float last) => Pad(inner, last, [0, 0, 0, 0, 0, 0, 0, 1]);

        private static OnnxValue Pad(OnnxValue inner, float value, long[] widths) => inner.Graph.Node("Pad", [inner, inner.Graph.Constant(widths, 8), inner.Graph.Constant(value)]);

        private static OnnxValue At(OnnxValue ends, OnnxValue index) => ends.Graph.Node("GatherElements", [ends, index], ("axis", 3));
    }

    /// <summary>The bin of each value, (B, S, F, 1): its ends along both axes and the slopes there.</summary>
    private sealed record Bin(OnnxValue X0, OnnxValue X1, OnnxValue Y0, OnnxValue Y1, OnnxValue Slope0, OnnxValue Slope1)
    {
        private readonly OnnxValue _width = X1 - X0, _height = Y1 - Y0, _slope = (Y1 - Y0) / (X1 - X0);

        public OnnxValue PositionOfX(OnnxValue x) => ((x - X0) / _width).Within(0, 1);

        // Of the two forms of the root, each value takes the one that adds numbers of one sign: nothing cancels.
        public OnnxValue PositionOfY(OnnxValue y)
        {
            var e = ((y - Y0) / _height).Within(0, 1);
            var g = e * (Slope0 + Slope1 - _slope * 2);
            OnnxValue a = _slope - Slope0 + g, b = Slope0 - g, c = -(_slope * e);
            var root = (b * b - a * c * 4).AtLeast(1e-30).Sqrt();
            var upright = b >= b.Graph.Constant(0);
            return (upright.Choose(c * -2, root - b) / upright.Choose(b + root, a * 2)).Within(0, 1);
        }

        public OnnxValue X(OnnxValue t) => X0 + t * _width;

        public OnnxValue Y(OnnxValue t)
        {
            var mixed = t * (1 - t);
            return Y0 + _height * (_slope * t * t + Slope0 * mixed) / Denominator(mixed);
        }

        public OnnxValue LogSlope(OnnxValue t)
        {
            OnnxValue rest = 1 - t, mixed = t * rest;
            var numerator = Slope1 * t * t + _slope * 2 * mixed + Slope0 * rest * rest;
            return (_slope.Log() - Denominator(mixed).Log()) * 2 + numerator.Log();
        }

        private OnnxValue Denominator(OnnxValue mixed) => _slope * (1 - mixed * 2) + (Slope0 + Slope1) * mixed;
    }
}
