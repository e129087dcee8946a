using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>See <see cref="CouplingLayerSpec"/>. The maps are those of flows of tables.</summary>
internal sealed class CouplingLayer : ImageLayer
{
    private readonly ConvolutionNetwork _network;
    // Null where the channels of a pixel are mapped together.
    private readonly ElementwiseMap? _map;
    private readonly Tensor _passing, _mapped, _restored;

    public CouplingLayer(CouplingLayerSpec spec, ImageSpec image, ImageWeights weights)
    {
        _network = new ConvolutionNetwork(image, weights, spec.Name);
        _map = spec.IsResidual ? null : FlowBuilder.BuildMap(spec.Map);
        long[] passing = Positions(spec, false), mapped = Positions(spec, true), order = new long[spec.Mapped.Length];
        for (int i = 0; i < passing.Length; i++)
            order[passing[i]] = i;
        for (int i = 0; i < mapped.Length; i++)
            order[mapped[i]] = passing.Length + i;
        (_passing, _mapped, _restored) = (Kept(passing), Kept(mapped), Kept(order));

        Tensor Kept(long[] positions)
        {
            using var onCpu = tensor(positions);
            return ImageWeights.Copied(onCpu, weights.Device).DetachFromDisposeScope();
        }
    }

    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen) => Apply(x, given, seen, isForward: true);

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen) => Apply(y, given, seen, isForward: false);

    public override void Dispose()
    {
        _passing.Dispose();
        _mapped.Dispose();
        _restored.Dispose();
    }

    private ValueAndLogDeterminant Apply(Tensor x, Conditions given, Tensor? seen, bool isForward)
    {
        var (count, rows, columns, width) = (x.shape[0], x.shape[1], x.shape[2], _mapped.shape[0]);
        var passing = x.index_select(3, _passing);
        bool seesNothing = _passing.shape[0] == 0 && seen is null;
        var input = seesNothing ? null : seen is null ? passing : cat([passing, seen], 3);
        var raw = _network.Dense("map", nn.functional.relu(_network.Features(input, count, given)));
        var (value, log) = Map(x.index_select(3, _mapped).reshape(count * rows * columns, width), raw.reshape(count * rows * columns, raw.shape[3]), isForward);
        return new(cat([passing, value.reshape(count, rows, columns, width)], 3).index_select(3, _restored), log.reshape(count, rows * columns).sum(1L));
    }

    // Of the channels of each pixel, (pixels, width) and (pixels).
    private ValueAndLogDeterminant Map(Tensor channels, Tensor raw, bool isForward)
    {
        if (_map is null)
        {
            var map = new ResidualMap([.. new[] { "first", "last" }.Select(layer => ((Tensor)_network[layer + ".weight"], (Tensor)_network[layer + ".bias"]))], _network["sharpness"]);
            return isForward ? map.Forward(channels, raw) : map.Inverse(channels, raw);
        }
        var mapped = isForward ? _map.Forward(channels, raw) : _map.Inverse(channels, raw);
        return new(mapped.Value, mapped.LogDerivative.sum(1L));
    }

    private static long[] Positions(CouplingLayerSpec spec, bool isMapped) =>
        [.. Enumerable.Range(0, spec.Mapped.Length).Where(channel => spec.Mapped[channel] == isMapped).Select(channel => (long)channel)];
}
