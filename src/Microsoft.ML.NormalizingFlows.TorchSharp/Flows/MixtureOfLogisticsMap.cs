using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The logit of a mixture of M logistic distribution functions, <c>y = ln F(x) - ln (1 - F(x))</c>, <c>F(x) = sum_j w_j sigmoid((x - mu_j) / sigma_j)</c>
/// (Huang et al. 2018, Neural Autoregressive Flows; Ho et al. 2019, Flow++). Both logarithms are sums of exponentials of what is known as logarithms, so
/// that neither tail is lost. Far out it goes on as a line, with the slope of the widest component: it reaches every number. The inverse lies between
/// the inverses of the components, <c>mu_j + sigma_j y</c>. Raw parameters of a feature: M of w, of mu, of sigma, each through <see cref="SoftLimit"/>; at
/// raw zeros the components lie evenly from -2 to 2, with a sigma at which the map is near the identity.
/// </summary>
internal sealed class MixtureOfLogisticsMap(MixtureOfLogisticsMapSpec spec) : ElementwiseMap
{
    private const double Spread = 2;

    // The slope at 0 of evenly spread components is then about 1.
    private const double Sigma = 0.7;

    // A place is at most so far out.
    private const double MaximumPlace = 50;

    private const int Iterations = 60;

    public override int ParametersPerFeature => spec.ParametersPerFeature;

    public override Mapped Forward(Tensor x, Tensor raw) => Evaluate(x, Parameters(raw, x));

    public override Mapped Inverse(Tensor y, Tensor raw)
    {
        var mixture = Parameters(raw, y);
        Tensor found = Solve(y.detach(), mixture.Detached());
        // One step of Newton's more carries the gradient: the derivative of the inverse by the implicit function theorem.
        var (value, logSlope) = Evaluate(found, mixture);
        Tensor x = found - (value - y) * (-logSlope).exp();
        return new(x, -Evaluate(x, mixture).LogDerivative);
    }

    private Mixture Parameters(Tensor raw, Tensor values)
    {
        int count = spec.Components;
        Tensor byFeature = ByFeature(raw, values);
        var places = new double[count];
        for (int j = 0; j < count; j++)
            places[j] = count == 1 ? 0 : Spread * (2.0 * j / (count - 1) - 1);
        double sigma = count == 1 ? 1 : Sigma;
        return new(
            nn.functional.log_softmax(SoftLimit.Apply(byFeature.narrow(2, 0, count), ParameterLimits.SoftLogarithm), 2),
            SoftLimit.Apply(byFeature.narrow(2, count, count), MaximumPlace).Plus(tensor(places, dtype: values.dtype, device: values.device)),
            SoftLimit.Apply(byFeature.narrow(2, 2 * count, count), ParameterLimits.SoftLogarithm).Plus(Math.Log(sigma)));
    }

    private static Mapped Evaluate(Tensor x, Mixture mixture)
    {
        Tensor s = (x.unsqueeze(2) - mixture.Places) * (-mixture.LogSizes).exp();
        Tensor below = nn.functional.logsigmoid(s), above = nn.functional.logsigmoid(-s);
        Tensor logBelow = mixture.LogWeights.Plus(below).logsumexp(2), logAbove = mixture.LogWeights.Plus(above).logsumexp(2);
        Tensor logDensity = (mixture.LogWeights.Plus(below).Plus(above) - mixture.LogSizes).logsumexp(2);
        return new(logBelow - logAbove, logDensity - logBelow - logAbove);
    }

    // Newton's steps, each of which has to stay within a bracket, which halves where it does not.
    private static Tensor Solve(Tensor y, Mixture mixture)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        Tensor ends = mixture.Places.Plus(mixture.LogSizes.exp() * y.unsqueeze(2));
        Tensor low = ends.amin([2L]), high = ends.amax([2L]), x = low.Plus(high).Times(0.5);
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            using var step = NewDisposeScope();
            var (value, logSlope) = Evaluate(x, mixture);
            Tensor excess = value - y, above = excess.gt(zeros_like(excess));
            Tensor nextLow = where(above, low, x), nextHigh = where(above, x, high);
            Tensor newton = x - excess * (-logSlope).exp();
            Tensor isWithin = newton.gt(nextLow).logical_and(newton.lt(nextHigh));
            Tensor next = where(isWithin, newton, nextLow.Plus(nextHigh).Times(0.5));
            (low, high, x) = (nextLow.MoveToOuterDisposeScope(), nextHigh.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>ln w, mu and ln sigma, each (B, d, M).</summary>
    private readonly record struct Mixture(Tensor LogWeights, Tensor Places, Tensor LogSizes)
    {
        public Mixture Detached() => new(LogWeights.detach(), Places.detach(), LogSizes.detach());
    }
}
