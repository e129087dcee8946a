using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Latents;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// The objective of arXiv 2211.11638: the evidence lower bound E_q[log p(x|z)] - KL(q(z|x) || p(z)), with one
/// straight-through Gumbel-softmax sample of z at temperature 1 and the KL term in closed form.
/// </summary>
internal sealed class GumbelObjective : ITrainingObjective
{
    private const double Temperature = 1;

    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        var logits = flow.EncoderLogits(x);
        var uniforms = new float[x.shape[0] * flow.Latent.States];
        random.FillUniform(uniforms, 1e-6f, 1 - 1e-6f);
        var z = GumbelSoftmax.Sample(logits, tensor(uniforms, logits.shape).to(x.device), Temperature);
        var loss = (flow.Latent.Divergence(logits) - flow.LogDensityGiven(x, z)).mean();
        return new ObjectiveValue(loss, loss);
    }
}
