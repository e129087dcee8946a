using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Latents;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// Maximum likelihood: -log p(x) with log p(x) = logsumexp_k log p(x|k) - ln K, every state evaluated. It needs no encoder;
/// the encoder, where there is one, learns the exact posterior beside it by cross-entropy and does not act on the flow.
/// </summary>
internal sealed class ExactMixtureObjective : ITrainingObjective
{
    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        var conditional = flow.ConditionalLogDensity(x);
        var loss = -flow.Latent.LogDensity(conditional).mean();
        if (flow.Encoder is null)
            return new ObjectiveValue(loss, loss);
        var posterior = Shares.Of(conditional).detach();
        return new ObjectiveValue(loss.Plus(EncoderLoss.CrossEntropy(flow, x, posterior)), loss);
    }
}
