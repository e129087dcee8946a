using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// The evidence lower bound of a continuous latent, <c>log p(x|z) - KL(q(z|x) || p(z))</c> with one reparameterised draw <c>z = m + s e</c> for each row
/// (Kingma and Welling 2014), the divergence weighted and without a gradient below its free bits.
/// </summary>
internal sealed class ContinuousObjective : ITrainingObjective
{
    /// <summary>See <see cref="IFlowLearner.DivergenceWeight"/>.</summary>
    public double DivergenceWeight { get; set; } = 1;

    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        var (mean, logDeviation) = flow.ContinuousPosterior(x);
        var normals = new float[mean.numel()];
        random.FillNormal(normals);
        var deviation = logDeviation.exp();
        var z = mean.Plus(deviation * tensor(normals, mean.shape).to(mean.dtype, mean.device));
        var divergence = (mean * mean).Plus(deviation * deviation).Plus(-1).Times(0.5) - logDeviation;
        using var free = divergence.detach().IsAtMost(FreeBits.Nats);
        var logDensity = flow.LogDensityGiven(x, null, z);
        var counted = divergence.Filled(free, FreeBits.Nats).sum(1L).Times(DivergenceWeight);
        return new ObjectiveValue((counted - logDensity).mean(), (divergence.sum(1L) - logDensity).mean());
    }
}
