using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

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
