using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>
/// The start of training on a curved surface: the z of a row are the coordinates of the center nearest to it, the flow learns log p(x|z) + ln p(z) and the
/// encoder ln q(z|x).
/// </summary>
internal sealed class SurfaceObjective : ITrainingObjective, IDisposable
{
    private readonly CenterTable _centers;
    private readonly Tensor _coordinates;

    /// <param name="centers">Centers of D values, in units of standard deviations.</param>
    /// <param name="coordinates">The d coordinates of each.</param>
    /// <param name="device">Where rows will be.</param>
    public SurfaceObjective(float[][] centers, float[][] coordinates, Device device)
    {
        _centers = new CenterTable(centers, device);
        _coordinates = tensor(coordinates.SelectMany(point => point).ToArray(), [coordinates.Length, coordinates[0].Length]).to(device);
    }

    public ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random)
    {
        var z = _coordinates.index_select(0, _centers.Nearest(flow, x));
        var (mean, logDeviation) = flow.ContinuousPosterior(x);
        var r = (z - mean) / logDeviation.exp();
        var encoder = (r * r).Times(0.5).Plus(logDeviation).sum(1L).mean();
        var decoder = -flow.LogDensityGiven(x, null, z).mean();
        return new ObjectiveValue(decoder.Plus(encoder), decoder.Plus((z * z).Times(0.5).sum(1L).mean()) - encoder);
    }

    public void Dispose()
    {
        _centers.Dispose();
        _coordinates.Dispose();
    }
}
