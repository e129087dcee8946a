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
    private readonly Tensor _centers;
    private readonly Tensor _halfSquares;

    /// <param name="centers">K centers of D values, in units of standard deviations.</param>
    /// <param name="device">Where rows will be.</param>
    public ClusterObjective(float[][] centers, Device device)
    {
        using var scope = NewDisposeScope();
        var table = tensor(centers.SelectMany(center => center).ToArray(), [centers.Length, centers[0].Length]).to(device);
        _halfSquares = ((table * table).sum(1L).Times(0.5)).DetachFromDisposeScope();
        _centers = table.t().contiguous().DetachFromDisposeScope();
    }

    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        // The nearest center has the largest x.c - |c|^2 / 2.
        var nearest = (flow.Standardize(x).narrow(1, 0, flow.Spec.Dimensions).matmul(_centers) - _halfSquares).argmax(1);
        var assigned = flow.Latent.OneHot(nearest, x);
        var loss = -flow.LogDensityGiven(x, assigned).mean().Plus(flow.Latent.LogPrior);
        return new ObjectiveValue(loss.Plus(EncoderLoss.CrossEntropy(flow, x, assigned)), loss);
    }

    public void Dispose()
    {
        _centers.Dispose();
        _halfSquares.Dispose();
    }
}
