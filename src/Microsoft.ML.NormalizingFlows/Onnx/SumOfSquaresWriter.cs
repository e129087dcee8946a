using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

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
