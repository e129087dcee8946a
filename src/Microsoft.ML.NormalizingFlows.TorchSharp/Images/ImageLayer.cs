using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// An invertible map of images (B, rows, columns, channels), with ln |det| of each image, (B); or a surjection, which leaves something open where it is inverted, with ln of the probability of that beside.
/// </summary>
internal abstract class ImageLayer : IDisposable
{
    public abstract ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen);

    public abstract ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen);

    public abstract void Dispose();

    /// <exception cref="NotSupportedException">The engine does not know this kind of layer.</exception>
    public static ImageLayer Build(ImageLayerSpec layer, ImageSpec image, ImageWeights weights) => layer switch
    {
        SqueezeLayerSpec => new SqueezeLayer(),
        MixLayerSpec mix => new MixLayer(mix, weights),
        CouplingLayerSpec coupling => new CouplingLayer(coupling, image, weights),
        MaximumLayerSpec => new MaximumLayer(),
        AbsoluteLayerSpec absolute => new AbsoluteLayer(absolute, image, weights),
        ChannelsLayerSpec channels => new ChannelsLayer(channels, image, weights),
        _ => throw new NotSupportedException($"The TorchSharp engine does not know {layer.GetType().Name}."),
    };

    protected static Tensor Nothing(Tensor x) => zeros(x.shape[0], x.dtype, x.device);
}

/// <summary>See <see cref="SqueezeLayerSpec"/>: channel c of pixel (i, j) of 2 x 2 becomes channel (2 i + j) C + c.</summary>
internal sealed class SqueezeLayer : ImageLayer
{
    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen) => new(Squeeze(x), Nothing(x));

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen) => new(Spread(y), Nothing(y));

    public static Tensor Squeeze(Tensor x)
    {
        var (count, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return x.reshape(count, rows / 2, 2, columns / 2, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, rows / 2, columns / 2, 4 * channels);
    }

    public static Tensor Spread(Tensor y)
    {
        var (count, rows, columns, channels) = (y.shape[0], y.shape[1], y.shape[2], y.shape[3] / 4);
        return y.reshape(count, rows, columns, 2, 2, channels).permute(0, 1, 3, 2, 4, 5).reshape(count, 2 * rows, 2 * columns, channels);
    }

    public override void Dispose()
    {
    }
}

/// <summary>See <see cref="MixLayerSpec"/>.</summary>
internal sealed class MixLayer(MixLayerSpec spec, ImageWeights weights) : ImageLayer
{
    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen)
    {
        var (lower, upper, log) = Factors();
        return new(nn.functional.linear(nn.functional.linear(x, upper), lower, Of("bias")), Nothing(x).Plus(log).Times(x.shape[1] * x.shape[2]));
    }

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen)
    {
        var (lower, upper, log) = Factors();
        var columns = (y - Of("bias")).reshape(-1, spec.Channels).t();
        var found = linalg.solve_triangular(upper, linalg.solve_triangular(lower, columns, upper: false, unitriangular: true), upper: true);
        return new(found.t().reshape(y.shape), Nothing(y).Plus(log).Times(-y.shape[1] * y.shape[2]));
    }

    public override void Dispose()
    {
    }

    private (Tensor Lower, Tensor Upper, Tensor Log) Factors()
    {
        var diagonal = Of("diagonal").Softplus().Plus(ParameterLimits.MinimumDiagonal);
        return (Of("lower").tril(-1).Plus(eye(spec.Channels, dtype: diagonal.dtype, device: diagonal.device)), Of("upper").triu(1).Plus(diag(diagonal)), diagonal.log().sum());
    }

    private Tensor Of(string array) => weights[$"{spec.Name}.{array}"];
}

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

/// <summary>
/// Layers one after another, from images (B, rows, columns, channels) to as many values (B, D). At a <see cref="SplitLayerSpec"/> a part of them is done.
/// </summary>
internal sealed class ImageChain(IReadOnlyList<ImageLayerSpec> specs, ImageSpec image, ImageWeights weights) : IDisposable
{
    // Null for a split.
    private readonly ImageLayer?[] _layers = [.. specs.Select(spec => spec is SplitLayerSpec ? null : ImageLayer.Build(spec, image, weights))];

    /// <summary>Values and ln |det|.</summary>
    /// <param name="x">(B, rows, columns, channels)</param>
    /// <param name="given">What the networks see beside.</param>
    /// <param name="seen">What they see of the image, (B, rows, columns, channels) of their lattice; null for nothing.</param>
    public ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen = null)
    {
        var done = new List<Tensor>();
        var sum = zeros(x.shape[0], x.dtype, x.device);
        for (int i = 0; i < _layers.Length; i++)
        {
            if (_layers[i] is not { } layer)
            {
                int kept = Kept(i);
                done.Add(Flat(x.narrow(3, kept, x.shape[3] - kept)));
                x = x.narrow(3, 0, kept);
                continue;
            }
            (x, var log) = layer.Forward(x, given, seen);
            sum = sum.Plus(log);
        }
        return new(cat([.. done, Flat(x)], 1), sum);
    }

    /// <summary>Back to images.</summary>
    public ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen = null)
    {
        long rows = image.PaddedHeight, columns = image.PaddedWidth, channels = image.Shape.Channels, start = 0;
        var done = new Stack<Tensor>();
        for (int i = 0; i < _layers.Length; i++)
        {
            if (specs[i] is SqueezeLayerSpec)
                (rows, columns, channels) = (rows / 2, columns / 2, 4 * channels);
            if (_layers[i] is not null)
                continue;
            done.Push(Next(channels - Kept(i)));
            channels = Kept(i);
        }
        var x = Next(channels);
        var sum = zeros(y.shape[0], y.dtype, y.device);
        foreach (var layer in _layers.Reverse())
        {
            if (layer is null)
            {
                x = cat([x, done.Pop()], 3);
                continue;
            }
            (x, var log) = layer.Inverse(x, given, seen);
            sum = sum.Plus(log);
        }
        return new(x, sum);

        Tensor Next(long width)
        {
            var part = y.narrow(1, start, rows * columns * width).reshape(y.shape[0], rows, columns, width);
            start += rows * columns * width;
            return part;
        }
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
            layer?.Dispose();
    }

    private int Kept(int layer) => ((SplitLayerSpec)specs[layer]).Kept;

    private static Tensor Flat(Tensor x) => x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]);
}
