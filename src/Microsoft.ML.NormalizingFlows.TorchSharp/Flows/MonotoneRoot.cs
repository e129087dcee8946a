using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Where rising functions take a value: Newton's steps within a bracket, which is halved where a step leaves it or is more than half as long as the
/// step before (Press et al. 2007, Numerical Recipes, section 9.4). No gradient runs through the search.
/// </summary>
internal static class MonotoneRoot
{
    // Where each step is at most half as long as the one before, or halves the bracket, float64 is spent in as many.
    private const int MaximumSteps = 120;

    // In units of rounding: what is left over is a matter of one more step of Newton's, which the caller takes to carry the gradient.
    private const double Rounding = 64;

    /// <param name="target">The values to find, (B, d).</param>
    /// <param name="low">Where the search begins; it is what is found where the function is above the target already.</param>
    /// <param name="high">The other end.</param>
    /// <param name="function">Value and slope, above 0, at any point of the bracket.</param>
    /// <returns>(B, d); the place where the function is nearest to its target of all that were looked at.</returns>
    public static Tensor Find(Tensor target, Tensor low, Tensor high, Func<Tensor, (Tensor Value, Tensor Slope)> function)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        // What is beyond an end is found there, exactly: a line may begin there.
        Tensor top = function(high).Value, bottom = function(low).Value, isAbove = target.ge(top), isBeneath = target.le(bottom), last = high, first = low;
        target = target.minimum(top).maximum(bottom);
        Tensor tolerance = target.abs().Plus(1).Times(Rounding * (target.dtype == ScalarType.Float64 ? double.BitIncrement(1) - 1 : float.BitIncrement(1) - 1));
        Tensor x = low.Plus(high).Times(0.5), length = high - low, found = x, smallest = zeros_like(x).Plus(double.PositiveInfinity);
        for (int iteration = 0; iteration < MaximumSteps; iteration++)
        {
            using var step = NewDisposeScope();
            var (value, slope) = function(x);
            Tensor excess = value - target, size = excess.abs(), isNearer = size.lt(smallest), exceeds = excess.gt(zeros_like(excess));
            Tensor nextFound = where(isNearer, x, found), nextSmallest = where(isNearer, size, smallest);
            Tensor nextLow = where(exceeds, low, x), nextHigh = where(exceeds, x, high);
            Tensor newton = x - excess / slope;
            Tensor isTaken = newton.ge(nextLow).logical_and(newton.le(nextHigh)).logical_and((newton - x).abs().Times(2).le(length));
            Tensor next = where(isTaken, newton, nextLow.Plus(nextHigh).Times(0.5));
            Tensor nextLength = (next - x).abs();
            bool goesOn = nextSmallest.gt(tolerance).any().item<bool>();
            (low, high, x, length, found, smallest) = (
                nextLow.MoveToOuterDisposeScope(), nextHigh.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope(),
                nextLength.MoveToOuterDisposeScope(), nextFound.MoveToOuterDisposeScope(), nextSmallest.MoveToOuterDisposeScope());
            if (!goesOn)
                break;
        }
        return where(isBeneath, first, where(isAbove, last, found)).MoveToOuterDisposeScope();
    }
}
