using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>Centers in units of standard deviations, and which of them a row is nearest to.</summary>
internal sealed class CenterTable : IDisposable
{
    private readonly Tensor _centers;
    private readonly Tensor _halfSquares;

    /// <param name="centers">K centers of D values.</param>
    /// <param name="device">Where rows will be.</param>
    public CenterTable(float[][] centers, Device device)
    {
        using var scope = NewDisposeScope();
        var table = tensor(centers.SelectMany(center => center).ToArray(), [centers.Length, centers[0].Length]).to(device);
        _halfSquares = ((table * table).sum(1L).Times(0.5)).DetachFromDisposeScope();
        _centers = table.t().contiguous().DetachFromDisposeScope();
    }

    /// <summary>The number of the nearest center, (B): it has the largest x.c - |c|^2 / 2.</summary>
    public Tensor Nearest(VariationalFlow flow, Tensor x) =>
        (flow.Standardize(x).narrow(1, 0, flow.Spec.Dimensions).matmul(_centers) - _halfSquares).argmax(1);

    public void Dispose()
    {
        _centers.Dispose();
        _halfSquares.Dispose();
    }
}
