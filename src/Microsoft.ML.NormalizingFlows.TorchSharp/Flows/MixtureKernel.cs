using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>The distribution that a mixture is made of, K.</summary>
internal abstract class MixtureKernel
{
    /// <summary>ln K, ln (1 - K), the slope of the first and the slope of the second with the sign turned, at any points.</summary>
    public abstract (Tensor LogBelow, Tensor LogAbove, Tensor SlopeBelow, Tensor SlopeAbove) At(Tensor s);

    /// <summary>y and dy/dx where <c>ln K(y)</c> and <c>ln (1 - K(y))</c> are functions of x with these slopes.</summary>
    public abstract (Tensor Value, Tensor Slope) Quantile(Tensor logBelow, Tensor logAbove, Tensor slopeBelow, Tensor slopeAbove);
}

/// <summary><c>K = sigmoid</c>, whose quantile function is the logit.</summary>
internal sealed class LogisticKernel : MixtureKernel
{
    public override (Tensor LogBelow, Tensor LogAbove, Tensor SlopeBelow, Tensor SlopeAbove) At(Tensor s) =>
        (nn.functional.logsigmoid(s), nn.functional.logsigmoid(-s), (-s).sigmoid(), s.sigmoid());

    public override (Tensor Value, Tensor Slope) Quantile(Tensor logBelow, Tensor logAbove, Tensor slopeBelow, Tensor slopeAbove) =>
        (logBelow - logAbove, slopeBelow.Plus(slopeAbove));
}

/// <summary>
/// <c>K = Phi</c>. Everything comes from the hazard <c>h(a) = phi(a) / Phi(-a)</c> for a from 0 on, which is about a far out:
/// <c>ln Phi(-a) = -a^2 / 2 - ln sqrt(2 pi) - ln h(a)</c>, so that a tail of 1e-300 loses no digit.
/// </summary>
internal sealed class GaussianKernel : MixtureKernel
{
    // From here on a continued fraction is exact to float64 with 24 terms, and to float32 with 6.
    private const double Near = 5;

    private const double LogRootTwoPi = 0.91893853320467274;

    // Newton's steps come down on the root from the first guess, which is never below it, and double the digits.
    private const int Steps = 8;

    public override (Tensor LogBelow, Tensor LogAbove, Tensor SlopeBelow, Tensor SlopeAbove) At(Tensor s)
    {
        Tensor isRight = s.ge(zeros_like(s)), distance = where(isRight, s, -s);
        Tensor farSlope = Hazard(distance), farLog = LogTail(distance, farSlope);
        Tensor nearLog = (-farLog.exp()).log1p();
        Tensor nearSlope = ((distance * distance).Times(-0.5).Plus(-LogRootTwoPi) - nearLog).exp();
        return (where(isRight, nearLog, farLog), where(isRight, farLog, nearLog), where(isRight, nearSlope, farSlope), where(isRight, farSlope, nearSlope));
    }

    public override (Tensor Value, Tensor Slope) Quantile(Tensor logBelow, Tensor logAbove, Tensor slopeBelow, Tensor slopeAbove)
    {
        // The side with less mass, on which nothing is lost.
        Tensor isRight = logAbove.le(logBelow), log = where(isRight, logAbove, logBelow);
        Tensor found = Find(log.detach()), hazard = Hazard(found);
        // One step of Newton's more carries the gradient.
        Tensor distance = found.Plus((LogTail(found, hazard) - log) / hazard);
        return (where(isRight, distance, -distance), where(isRight, slopeAbove, slopeBelow) / Hazard(distance));
    }

    // a with ln Phi(-a) = log, which is at most ln 1/2: Phi(-a) <= exp(-a^2 / 2) / 2 gives the first guess.
    private static Tensor Find(Tensor log)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        Tensor a = log.Plus(Math.Log(2)).Times(-2).AtLeast(0).sqrt();
        for (int step = 0; step < Steps; step++)
        {
            Tensor hazard = Hazard(a);
            a = a.Plus((LogTail(a, hazard) - log) / hazard).AtLeast(0);
        }
        return a.MoveToOuterDisposeScope();
    }

    private static Tensor LogTail(Tensor a, Tensor hazard) => (a * a).Times(-0.5).Plus(-LogRootTwoPi) - hazard.log();

    // By erfc, and further out by Laplace's continued fraction, h(a) = a + 1/(a + 2/(a + 3/(a + ...))).
    private static Tensor Hazard(Tensor a)
    {
        Tensor near = a.Within(-Near, Near), distant = a.AtLeast(Near);
        Tensor byTail = (near * near).Times(-0.5).exp().Times(Math.Sqrt(2 / Math.PI)) / special.erfc(near.Times(Math.Sqrt(0.5)));
        Tensor fraction = distant;
        for (int k = a.dtype == ScalarType.Float64 ? 24 : 6; k > 0; k--)
            fraction = distant.Plus(fraction.reciprocal().Times(k));
        return where(a.IsAtMost(Near), byTail, fraction);
    }
}
