using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// One bin of a rational-quadratic spline for each value, all (B, d): with width w, height h, mean slope s = h / w,
/// slopes d0 and d1 at its ends, and t in [0, 1] the position along its width,
/// <c>y = y0 + h (s t^2 + d0 t (1 - t)) / (s + (d0 + d1 - 2 s) t (1 - t))</c>
/// (Durkan et al. 2019, equations 4 to 8).
/// </summary>
internal readonly record struct SplineBin(
    Tensor X0, Tensor Width, Tensor Y0, Tensor Height, Tensor Slope0, Tensor Slope1)
{
    /// <summary>The bin of each value along the axis that <paramref name="axisKnots"/> belong to.</summary>
    /// <param name="values">(B, d), from the first to the last knot.</param>
    /// <param name="axisKnots">Either of the next two.</param>
    /// <param name="xKnots">(B, d, K + 1), ascending.</param>
    /// <param name="yKnots">(B, d, K + 1), ascending.</param>
    /// <param name="slopes">(B, d, K + 1), positive.</param>
    public static SplineBin Find(Tensor values, Tensor axisKnots, Tensor xKnots, Tensor yKnots, Tensor slopes)
    {
        long bins = axisKnots.shape[2] - 1;
        // Only inner knots are searched: values at, or by rounding beyond, an end fall into the outer bins.
        Tensor inner = axisKnots.detach().narrow(2, 1, bins - 1).contiguous();
        Tensor index = searchsorted(inner, values.detach().unsqueeze(2).contiguous(), right: true);
        Tensor next = index.Next();
        Tensor x0 = At(xKnots, index);
        Tensor y0 = At(yKnots, index);
        return new(x0, At(xKnots, next) - x0, y0, At(yKnots, next) - y0, At(slopes, index), At(slopes, next));
    }

    /// <summary>t of a point x of the bin.</summary>
    public Tensor PositionOfX(Tensor x) => ((x - X0) / Width).Within(0, 1);

    /// <summary>
    /// t of a point y of the bin: with e = (y - y0) / h and g = e (d0 + d1 - 2 s), the root in [0, 1] of
    /// <c>a t^2 + b t + c = 0</c>, a = s - d0 + g, b = d0 - g, c = -s e. Of its two forms, 2c / (-b - sqrt(b^2 - 4ac))
    /// and (-b + sqrt(b^2 - 4ac)) / 2a, each value takes the one that adds numbers of one sign: nothing cancels.
    /// </summary>
    public Tensor PositionOfY(Tensor y)
    {
        Tensor s = Height / Width;
        Tensor e = ((y - Y0) / Height).Within(0, 1);
        Tensor g = e * (Slope0.Plus(Slope1) - s.Times(2));
        Tensor a = (s - Slope0).Plus(g);
        Tensor b = Slope0 - g;
        Tensor c = -s * e;
        // Positive but for rounding; the bound is not 0 because the gradient of a root is infinite there.
        Tensor root = (b * b - a.Times(4) * c).AtLeast(1e-30).sqrt();
        Tensor upright = (-b).IsAtMost(0);
        Tensor numerator = where(upright, c.Times(-2), root - b);
        Tensor denominator = where(upright, b.Plus(root), a.Times(2));
        return (numerator / denominator).Within(0, 1);
    }

    /// <summary>x at position <paramref name="t"/>.</summary>
    public Tensor X(Tensor t) => X0.Plus(t * Width);

    /// <summary>y at position <paramref name="t"/>.</summary>
    public Tensor Y(Tensor t)
    {
        Tensor s = Height / Width;
        Tensor mixed = t * (-t).Plus(1);
        return Y0.Plus(Height * (s * t * t).Plus(Slope0 * mixed) / Denominator(s, mixed));
    }

    /// <summary>ln dy/dx at position <paramref name="t"/>.</summary>
    public Tensor LogSlope(Tensor t)
    {
        Tensor s = Height / Width;
        Tensor rest = (-t).Plus(1);
        Tensor mixed = t * rest;
        Tensor numerator = (Slope1 * t * t).Plus(s.Times(2) * mixed).Plus(Slope0 * rest * rest);
        return (s.log() - Denominator(s, mixed).log()).Times(2).Plus(numerator.log());
    }

    // s + (d0 + d1 - 2 s) t (1 - t), written as a sum of positive terms.
    private Tensor Denominator(Tensor s, Tensor mixed) => (s * mixed.Times(-2).Plus(1)).Plus(Slope0.Plus(Slope1) * mixed);

    private static Tensor At(Tensor knots, Tensor index) => knots.gather(2, index).squeeze(2);
}
