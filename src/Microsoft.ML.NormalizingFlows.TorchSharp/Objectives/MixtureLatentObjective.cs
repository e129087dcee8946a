using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// The evidence lower bound <c>E_q[log p(x, z) - log q(z|x)]</c> with the q of <see cref="Flows.MixtureLatent"/> and one state for each
/// row, drawn from it. As q stands still, the gradient is that of log p(x|z) and has no other noise than the draw.
/// </summary>
internal sealed class MixtureLatentObjective : ITrainingObjective
{
    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        int rows = (int)x.shape[0], states = flow.Latent.States;
        var logQ = nn.functional.log_softmax(flow.EncoderLogits(x), 1);
        float[] q = FlowArrays.Copy("", logQ.exp().to(float32)).Values;
        var uniforms = new float[rows];
        random.FillUniform(uniforms, 0, 1);
        var drawn = new long[rows];
        for (int i = 0; i < rows; i++)
            drawn[i] = StateDraw.Choose(q.AsSpan(i * states, states), 1, uniforms[i]);
        var z = flow.Latent.OneHot(tensor(drawn).to(x.device), x);
        var bound = flow.LogDensityGiven(x, z).Plus(flow.Latent.LogPrior) - (z * logQ).sum(1L);
        var loss = -bound.mean();
        return new ObjectiveValue(loss, loss);
    }
}
