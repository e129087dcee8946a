using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The distribution function of a mixture, <c>F(x) = sum_j w_j K((x - mu_j) / sigma_j)</c>, and behind it the quantile function of one component:
/// <c>y = K^-1(F(x)) + 1e-3 x</c>. Of logistic distributions that is the deep sigmoidal map of Huang et al. 2018, Neural Autoregressive Flows, and of
/// Ho et al. 2019, Flow++; of Gaussians the conditional of Oliva et al. 2018, Transformation Autoregressive Networks. All that is small is computed as a
/// logarithm, so that neither tail is lost; the last term keeps rows between two far components from a slope of nothing. Beyond +-100 it goes on as a
/// line, with the slope there: it reaches every number. Raw parameters of a feature: M of w, of mu, of sigma, each through <see cref="SoftLimit"/>; at
/// raw zeros the components are spread evenly, and the map is near the identity.
/// </summary>
internal sealed class MixtureMap : ElementwiseMap
{
    private readonly int _components;
    private readonly MixtureKernel _kernel;
    private readonly double[] _places;
    private readonly double _logSize;

    public MixtureMap(MixtureMapSpec spec)
    {
        spec.Validate();
        _components = spec.Components;
        _kernel = spec.Kernel switch
        {
            MixtureComponent.Logistic => new LogisticKernel(),
            MixtureComponent.Gaussian => new GaussianKernel(),
            _ => throw new NotSupportedException($"The TorchSharp engine does not know {spec.Kernel}."),
        };
        _places = spec.StartPlaces();
        _logSize = spec.StartLogSize;
    }

    public override int ParametersPerFeature => 3 * _components;

    public override Mapped Forward(Tensor x, Tensor raw) => Evaluate(x, Parameters(raw, x));

    public override Mapped Inverse(Tensor y, Tensor raw)
    {
        var mixture = Parameters(raw, y);
        Tensor found = Find(y.detach(), mixture.Detached());
        // One step of Newton's more carries the gradient: the derivative of the inverse by the implicit function theorem. It is exact on the lines.
        var (value, logSlope) = Evaluate(found, mixture);
        Tensor x = found - (value - y) * (-logSlope).exp();
        return new(x, -Evaluate(x, mixture).LogDerivative);
    }

    private Mixture Parameters(Tensor raw, Tensor values)
    {
        // Components in front: sums over a few numbers that stand side by side take five times as long as those of a few vectors.
        Tensor byComponent = ByFeature(raw, values).permute(2, 0, 1).contiguous();
        Tensor logSizes = SoftLimit.Apply(byComponent.narrow(0, 2 * _components, _components), ParameterLimits.SoftLogarithm).Plus(_logSize);
        return new(
            nn.functional.log_softmax(SoftLimit.Apply(byComponent.narrow(0, 0, _components), ParameterLimits.SoftLogarithm), 0),
            SoftLimit.Apply(byComponent.narrow(0, _components, _components), MixtureMapSpec.MaximumPlace)
                .Plus(tensor(_places, [_components, 1, 1], dtype: values.dtype, device: values.device)),
            (-logSizes).exp());
    }

    private Mapped Evaluate(Tensor x, Mixture mixture)
    {
        Tensor t = x.Within(-MixtureMapSpec.Bound, MixtureMapSpec.Bound);
        var (value, slope) = EvaluateWithin(t, mixture);
        // Beyond an end, the line; within, the difference is 0 and its slope that of x alone.
        return new(value.Plus((x - t) * slope), slope.log());
    }

    private (Tensor Value, Tensor Slope) EvaluateWithin(Tensor x, Mixture mixture)
    {
        var component = _kernel.At((x.unsqueeze(0) - mixture.Places) * mixture.InverseSizes);
        Tensor below = mixture.LogWeights.Plus(component.LogBelow), above = mixture.LogWeights.Plus(component.LogAbove);
        // The slopes of ln F and -ln (1 - F): means of those of the components, for each as much as it has of the mass on that side.
        Tensor slopeBelow = (nn.functional.softmax(below, 0) * component.SlopeBelow * mixture.InverseSizes).sum([0L]);
        Tensor slopeAbove = (nn.functional.softmax(above, 0) * component.SlopeAbove * mixture.InverseSizes).sum([0L]);
        var (value, slope) = _kernel.Quantile(below.logsumexp(0), above.logsumexp(0), slopeBelow, slopeAbove);
        return (value.Plus(x.Times(MixtureMapSpec.MinimumSlope)), slope.Plus(MixtureMapSpec.MinimumSlope));
    }

    // A component alone takes y at mu + sigma y, up to the term of the least slope: the root lies between the first and the last of these places.
    private Tensor Find(Tensor y, Mixture mixture)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        Tensor inverse = mixture.InverseSizes;
        Tensor ends = (mixture.Places * inverse).Plus(y.unsqueeze(0)) / inverse.Plus(MixtureMapSpec.MinimumSlope);
        Tensor low = ends.amin([0L]).Within(-MixtureMapSpec.Bound, MixtureMapSpec.Bound), high = ends.amax([0L]).Within(-MixtureMapSpec.Bound, MixtureMapSpec.Bound);
        return MonotoneRoot.Find(y, low, high, x => EvaluateWithin(x, mixture)).MoveToOuterDisposeScope();
    }

    /// <summary>ln w, mu and 1 / sigma, each (M, B, d).</summary>
    private readonly record struct Mixture(Tensor LogWeights, Tensor Places, Tensor InverseSizes)
    {
        public Mixture Detached() => new(LogWeights.detach(), Places.detach(), InverseSizes.detach());
    }
}
