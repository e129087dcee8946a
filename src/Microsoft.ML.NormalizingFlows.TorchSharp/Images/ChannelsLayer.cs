using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>See <see cref="ChannelsLayerSpec"/>.</summary>
internal sealed class ChannelsLayer(ChannelsLayerSpec spec, ImageSpec image, ImageWeights weights) : ImageLayer
{
    private readonly ConvolutionNetwork _network = new(image, weights, spec.Name);
    private readonly ElementwiseMap _map = FlowBuilder.BuildMap(spec.Map);

    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen) => Apply(x, given, _map.Forward, isForward: true);

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen) => Apply(y, given, _map.Inverse, isForward: false);

    public override void Dispose()
    {
    }

    private ValueAndLogDeterminant Apply(Tensor input, Conditions given, Func<Tensor, Tensor, ElementwiseMap.Mapped> map, bool isForward)
    {
        var (count, rows, columns) = (input.shape[0], input.shape[1], input.shape[2]);
        var passing = input.narrow(3, 0, spec.Passing);
        var offsets = _network.Offsets(count, given);
        if (spec.Passing > 0)
            offsets = offsets.Plus(_network.Convolve("passing", passing));
        var done = new List<Tensor> { passing };
        Tensor? cell = null, state = null, before = null;
        var sum = zeros(count, input.dtype, input.device);
        for (int channel = 0; channel < spec.Channels - spec.Passing; channel++)
        {
            var gates = offsets.Plus(_network["channels"][channel]);
            if (state is not null)
                gates = gates.Plus(_network.Convolve("before", cat([before!, state], 3)));
            long width = gates.shape[3] / ChannelsLayerSpec.Gates;
            Tensor Gate(int which) => gates.narrow(3, which * width, width);
            var fresh = Gate(0).sigmoid() * Gate(3).tanh();
            cell = cell is null ? fresh : (Gate(1).sigmoid() * cell).Plus(fresh);
            state = Gate(2).sigmoid() * cell.tanh();
            var own = input.narrow(3, spec.Passing + channel, 1);
            var raw = _network.Dense("map", state);
            var mapped = map(own.reshape(count * rows * columns, 1), raw.reshape(count * rows * columns, raw.shape[3]));
            var value = mapped.Value.reshape(own.shape);
            done.Add(value);
            // What is mapped, not what it is mapped to, on the way back too.
            before = isForward ? own : value;
            sum = sum.Plus(mapped.LogDerivative.reshape(count, rows * columns).sum(1L));
        }
        return new(cat([.. done], 3), sum);
    }
}
