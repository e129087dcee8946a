using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes a monotone map of each of F features. Values have the shape (B, S, F), raw parameters (B, S, F P), feature by feature unless the map says otherwise.</summary>
/// <param name="features">F.</param>
internal abstract class MapWriter(int features)
{
    protected int Features => features;

    /// <exception cref="NotSupportedException">The map is of a kind that is not written.</exception>
    public static MapWriter Create(MapSpec map, int features) => map switch
    {
        AffineMapSpec affine => new AffineWriter(affine, features),
        RationalQuadraticSplineMapSpec spline => new SplineWriter(spline, features),
        SumOfSquaresMapSpec squares => new SumOfSquaresWriter(squares, features),
        AdditiveMapSpec => new AdditiveWriter(features),
        MixtureMapSpec { Kernel: MixtureComponent.Logistic } mixture => new LogisticMixtureWriter(mixture, features),
        MixtureMapSpec mixture => throw OnnxRefusal.Of($"a map by mixtures of the kind {mixture.Kernel}"),
        _ => throw OnnxRefusal.Of($"a map of the kind {map.GetType().Name}"),
    };

    public abstract Mapped Forward(OnnxValue x, OnnxValue raw);

    public abstract OnnxValue Inverse(OnnxValue y, OnnxValue raw);

    /// <summary><c>u / (1 + |u| / limit)</c>, see <see cref="ParameterLimits"/>.</summary>
    protected static OnnxValue SoftLimit(OnnxValue raw, double limit) => raw / (raw.Abs() * (1 / limit) + 1);
}

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

/// <summary>Writes the integral of a sum of squared polynomials. Its inverse, which is found step by step, is not written.</summary>
internal sealed class SumOfSquaresWriter(SumOfSquaresMapSpec spec, int features) : MapWriter(features)
{
    private const double MinimumSlope = SumOfSquaresMapSpec.MinimumSlope;

    public override Mapped Forward(OnnxValue x, OnnxValue raw)
    {
        var parameters = raw.Reshape(0, 0, Features, spec.ParametersPerFeature);
        int terms = spec.Degree + 1, count = spec.Polynomials * terms;
        var free = SoftLimit(parameters.Slice(0, count, 3), SumOfSquaresMapSpec.MaximumCoefficient);
        var start = Enumerable.Range(0, count).Select(i => i % terms == 0 ? (float)(1 / Math.Sqrt(spec.Polynomials)) : 0);
        var coefficients = free + x.Graph.Constant(start, count);
        // Of each power, (B, S, F, polynomials).
        OnnxValue[] powers = [.. Enumerable.Range(0, terms).Select(power => coefficients.Take(Enumerable.Range(0, spec.Polynomials).Select(k => k * terms + power), 3))];
        var each = x.Reshape(0, 0, Features, 1);
        var t = (each * (1 / spec.Bound)).Within(-1, 1);
        var integral = Horner([.. Squared(powers).Select((sum, power) => sum * (1.0 / (power + 1)))], t);
        var p = Horner(powers, t);
        var slope = (p * p).SumOf(spec.Polynomials) + MinimumSlope;
        var beyond = each - t * spec.Bound;
        var tail = beyond * slope;
        if (spec.LevelsOff)
        {
            var excess = slope + -1;
            var share = slope.Graph.Constant(1) / (excess.Abs() * beyond.Abs() + 1);
            (tail, slope) = (beyond + excess * (beyond * share), excess * share * share + 1);
        }
        var value = (integral + MinimumSlope) * t * spec.Bound + tail + parameters.Slice(count, 1, 3);
        return new(value.Reshape(0, 0, Features), slope.Log().Reshape(0, 0, Features).SumOf(Features));
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw) => throw OnnxRefusal.Of("drawing rows from a flow of sums of squares");

    private static OnnxValue Horner(OnnxValue[] coefficients, OnnxValue t)
    {
        var sum = coefficients[^1];
        for (int power = coefficients.Length - 2; power >= 0; power--)
            sum = sum * t + coefficients[power];
        return sum;
    }

    // The coefficients of the sum of the squares, from power 0 to 2 R, each (B, S, F, 1).
    private OnnxValue[] Squared(OnnxValue[] powers)
    {
        var sums = new OnnxValue?[2 * spec.Degree + 1];
        for (int i = 0; i <= spec.Degree; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                var product = (powers[i] * powers[j]).SumOf(spec.Polynomials) * (i == j ? 1 : 2);
                sums[i + j] = sums[i + j] is { } sum ? sum + product : product;
            }
        }
        return [.. sums.Select(sum => sum!.Value)];
    }
}

/// <summary>Writes <c>y = x + b</c>.</summary>
internal sealed class AdditiveWriter(int features) : MapWriter(features)
{
    public override Mapped Forward(OnnxValue x, OnnxValue raw) => new(x + raw);

    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw) => y - raw;
}

/// <summary>
/// Writes the distribution function of a mixture of logistic distributions and behind it the quantile function of one; formulas are those of the engines. Its
/// inverse, which is found step by step, is not written.
/// </summary>
internal sealed class LogisticMixtureWriter(MixtureMapSpec spec, int features) : MapWriter(features)
{
    public override Mapped Forward(OnnxValue x, OnnxValue raw)
    {
        int count = spec.Components;
        var parameters = raw.Reshape(0, 0, Features, spec.ParametersPerFeature);
        var logits = SoftLimit(parameters.Slice(0, count, 3), ParameterLimits.SoftLogarithm);
        var logWeights = logits - logits.LogSumExp(count, 3);
        var places = SoftLimit(parameters.Slice(count, count, 3), MixtureMapSpec.MaximumPlace) + x.Graph.Constant(spec.StartPlaces().Select(place => (float)place), count);
        var inverseSizes = (-(SoftLimit(parameters.Slice(2 * count, count, 3), ParameterLimits.SoftLogarithm) + spec.StartLogSize)).Exp();
        var each = x.Reshape(0, 0, Features, 1);
        var t = each.Within(-MixtureMapSpec.Bound, MixtureMapSpec.Bound);
        var standard = (t - places) * inverseSizes;
        // ln F and ln (1 - F), and their slopes: means of those of the components, for each as much as it has of the mass on that side.
        OnnxValue below = logWeights - (-standard).Softplus(), above = logWeights - standard.Softplus();
        var slopeBelow = (below.Softmax(3) * (-standard).Sigmoid() * inverseSizes).SumOf(count);
        var slopeAbove = (above.Softmax(3) * standard.Sigmoid() * inverseSizes).SumOf(count);
        var slope = slopeBelow + slopeAbove + MixtureMapSpec.MinimumSlope;
        // Beyond an end, the line.
        var value = below.LogSumExp(count, 3) - above.LogSumExp(count, 3) + t * MixtureMapSpec.MinimumSlope + (each - t) * slope;
        return new(value.Reshape(0, 0, Features), slope.Log().Reshape(0, 0, Features).SumOf(Features));
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw) => throw OnnxRefusal.Of("drawing rows from a flow of mixtures");
}
