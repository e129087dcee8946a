using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Latents;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// A Gaussian mixture as the base distribution of a flow, learned with it and shared by all latent states:
/// <c>p(u) = sum_m w_m N(u; mu_m, diag(e^2s_m))</c>, <c>w = softmax(logits)</c>. A flow is continuous and cannot tear one Gaussian
/// apart; modes that are apart can have a component each. The log-scales s are held within +-12, as those of
/// <see cref="StateStandardization"/>.
/// </summary>
internal sealed class MixtureBase : nn.Module
{
    private readonly Parameter logits;
    private readonly Parameter means;
    private readonly Parameter logScales;
    private readonly int _dimensions;

    public MixtureBase(int components, int dimensions) : base(nameof(MixtureBase))
    {
        _dimensions = dimensions;
        logits = ModuleTensors.Learned(components);
        means = ModuleTensors.Learned(components, dimensions);
        logScales = ModuleTensors.Learned(components, dimensions);
        RegisterComponents();
    }

    /// <summary>log p(u), (B), of points (B, D).</summary>
    public Tensor LogDensity(Tensor u)
    {
        var size = logScales.Within(-ParameterLimits.LogScale, ParameterLimits.LogScale);
        var standardized = (u.unsqueeze(1) - means) * (-size).exp();                                // (B, M, D)
        var gaussian = (standardized * standardized).sum(2L).Times(-0.5) - size.sum(1L);            // (B, M)
        var components = gaussian.Plus(nn.functional.log_softmax(logits, 0)).AtLeast(ParameterLimits.MinimumLogDensity);
        return Shares.LogSum(components).Plus(-0.5 * Math.Log(2 * Math.PI) * _dimensions);
    }

    /// <summary>The distribution where there is one feature.</summary>
    public BaseOfOneFeature OfOneFeature() => BaseOfOneFeature.Mixture(
        FlowArrays.Copy(nameof(logits), logits).Values, FlowArrays.Copy(nameof(means), means).Values,
        FlowArrays.Copy(nameof(logScales), logScales).Values, _dimensions);

    /// <summary>Draws points, (B, D) row-major.</summary>
    public void Draw(RowStreams random, Span<float> points) => MixtureSampler.Draw(
        random, FlowArrays.Copy(nameof(logits), logits).Values, FlowArrays.Copy(nameof(means), means).Values,
        FlowArrays.Copy(nameof(logScales), logScales).Values, _dimensions, points, _dimensions);
}

/// <summary>The base distribution N(0, I) of every flow that has no <see cref="MixtureBase"/>.</summary>
internal static class StandardNormal
{
    /// <summary>log N(u; 0, I) = -|u|^2 / 2 - D/2 ln(2 pi), (B), of <paramref name="u"/>, (B, D).</summary>
    public static Tensor LogDensity(Tensor u) =>
        (u * u).sum(1L).Times(-0.5).Plus(-0.5 * Math.Log(2 * Math.PI) * u.shape[1]);
}
