using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// The start of training with k-means: each row belongs to the state of its nearest center, the flow learns
/// log p(x|z) + ln p(z) and the encoder that state. It breaks the symmetry between states, which the objectives that
/// follow cannot.
/// </summary>
internal sealed class ClusterObjective : ITrainingObjective, IDisposable
{
    private readonly CenterTable _centers;

    /// <param name="centers">K centers of D values, in units of standard deviations.</param>
    /// <param name="device">Where rows will be.</param>
    public ClusterObjective(float[][] centers, Device device) => _centers = new CenterTable(centers, device);

    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        var assigned = flow.Latent.OneHot(_centers.Nearest(flow, x), x);
        var loss = -flow.LogDensityGiven(x, assigned).mean().Plus(flow.Latent.LogPrior);
        return new ObjectiveValue(loss.Plus(EncoderLoss.CrossEntropy(flow, x, assigned)), loss);
    }

    public void Dispose() => _centers.Dispose();
}
