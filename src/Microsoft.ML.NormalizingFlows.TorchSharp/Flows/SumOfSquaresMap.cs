using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The integral of a sum of squared polynomials (Jaini et al. 2019, Sum-of-Squares Polynomial Flow), in <c>t = x / B</c>:
/// <c>y = c + B int_0^t (sum_k p_k(u)^2 + 1e-3) du</c> on [-B, B], a polynomial with coefficients in closed form; outside it goes on with the slope
/// at the end, which goes back to 1 where the specification says so (<see cref="SumOfSquaresMapSpec.LevelsOff"/>). So the map rises
/// everywhere and reaches every number. Raw parameters of a feature: the coefficients of p_1, of p_2, and so
/// on, lowest power first, then c. Coefficients pass <see cref="SoftLimit"/>, and the constants start at 1 / sqrt(polynomials), so that raw zeros are
/// the identity but for the least slope.
/// </summary>
internal sealed class SumOfSquaresMap(SumOfSquaresMapSpec spec) : ElementwiseMap
{
    public override int ParametersPerFeature => spec.ParametersPerFeature;

    public override Mapped Forward(Tensor x, Tensor raw)
    {
        var (coefficients, shift) = Parameters(raw, x);
        var (value, slope) = Evaluate(x, coefficients);
        return new(value.Plus(shift), slope.log());
    }

    public override Mapped Inverse(Tensor y, Tensor raw)
    {
        var (coefficients, shift) = Parameters(raw, y);
        Tensor target = y - shift;
        Tensor found = Solve(target.detach(), coefficients.detach());
        // One step of Newton's more carries the gradient: the derivative of the inverse by the implicit function theorem.
        var (value, slope) = Evaluate(found, coefficients);
        Tensor x = found - (value - target) / slope;
        return new(x, -Evaluate(x, coefficients).Slope.log());
    }

    // (B, d, K, R + 1) and (B, d).
    private (Tensor Coefficients, Tensor Shift) Parameters(Tensor raw, Tensor values)
    {
        Tensor byFeature = ByFeature(raw, values);
        int count = spec.Polynomials * (spec.Degree + 1);
        Tensor free = SoftLimit.Apply(byFeature.narrow(2, 0, count), SumOfSquaresMapSpec.MaximumCoefficient)
            .reshape(values.shape[0], values.shape[1], spec.Polynomials, spec.Degree + 1);
        Tensor constants = free.narrow(3, 0, 1).Plus(1 / Math.Sqrt(spec.Polynomials));
        return (cat([constants, free.narrow(3, 1, spec.Degree)], 3), byFeature.select(2, count));
    }

    // The map without its shift, and its slope, at any x.
    private (Tensor Value, Tensor Slope) Evaluate(Tensor x, Tensor coefficients)
    {
        Tensor t = x.Times(1 / spec.Bound).Within(-1, 1);
        var (integral, slope) = EvaluateWithin(t, coefficients, Squared(coefficients));
        // Within, the distance is 0 and its slope that of x alone.
        Tensor beyond = x - t.Times(spec.Bound), within = integral.Times(spec.Bound);
        if (!spec.LevelsOff)
            return (within.Plus(beyond * slope), slope);
        Tensor excess = slope.Plus(-1), share = (excess.abs() * beyond.abs()).Plus(1).reciprocal();
        return (within.Plus(beyond).Plus(excess * (beyond * share)), (excess * share * share).Plus(1));
    }

    // int_0^t (sum p^2 + m) and sum p(t)^2 + m, by Horner's rule.
    private (Tensor Integral, Tensor Slope) EvaluateWithin(Tensor t, Tensor coefficients, Tensor[] squared)
    {
        Tensor integral = squared[^1].Times(1.0 / squared.Length);
        for (int power = squared.Length - 2; power >= 0; power--)
            integral = (integral * t).Plus(squared[power].Times(1.0 / (power + 1)));
        integral = integral.Plus(SumOfSquaresMapSpec.MinimumSlope) * t;

        Tensor each = t.unsqueeze(2), p = coefficients.select(3, spec.Degree);
        for (int power = spec.Degree - 1; power >= 0; power--)
            p = (p * each).Plus(coefficients.select(3, power));
        return (integral, (p * p).sum(2L).Plus(SumOfSquaresMapSpec.MinimumSlope));
    }

    // The coefficients of sum_k p_k^2, from power 0 to 2 R, each (B, d).
    private Tensor[] Squared(Tensor coefficients)
    {
        var sums = new Tensor?[2 * spec.Degree + 1];
        for (int i = 0; i <= spec.Degree; i++)
        {
            for (int j = 0; j <= spec.Degree; j++)
            {
                Tensor product = (coefficients.select(3, i) * coefficients.select(3, j)).sum(2L);
                sums[i + j] = sums[i + j]?.Plus(product) ?? product;
            }
        }
        return sums!;
    }

    // x of y. On lines it is the nearest end: the step of Newton's that follows is exact there.
    private Tensor Solve(Tensor y, Tensor coefficients)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        Tensor end = ones_like(y);
        Tensor[] squared = Squared(coefficients);
        Tensor t = MonotoneRoot.Find(y.Times(1 / spec.Bound), -end, end, at => EvaluateWithin(at, coefficients, squared)), x = t.Times(spec.Bound);
        if (spec.LevelsOff)
        {
            var (integral, slope) = EvaluateWithin(t, coefficients, squared);
            Tensor rest = y - integral.Times(spec.Bound);
            x = where(t.abs().ge(end), x.Plus(rest.sign() * DistanceOf(rest.abs(), slope)), x);
        }
        return x.MoveToOuterDisposeScope();
    }

    // The distance t from the end where T is v: a t^2 + (s - a v) t - v = 0, a = |s - 1|. Of the two forms of the root, each value takes the one that adds
    // numbers of one sign, and nothing is squared that may be large.
    private static Tensor DistanceOf(Tensor v, Tensor slope)
    {
        Tensor bend = slope.Plus(-1).abs(), risen = bend * v, middle = slope - risen, scale = slope.maximum(risen), relative = middle / scale;
        Tensor root = scale * (relative * relative).Plus((risen / scale / scale).Times(4)).sqrt();
        return where(middle.ge(zeros_like(middle)), v.Times(2) / middle.Plus(root), (root - middle) / bend.Times(2));
    }
}
