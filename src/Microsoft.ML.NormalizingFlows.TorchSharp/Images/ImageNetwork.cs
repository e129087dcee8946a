using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>A flow of images: a network for each group of pixels.</summary>
internal sealed class ImageNetwork : IDisposable
{
    private readonly PixelNetwork[] _groups;
    private readonly Tensor[] _isReal;

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ImageNetwork(ImageSpec spec, IReadOnlyList<NamedArray> arrays, Device device)
    {
        (Spec, Device) = (spec, device);
        Weights = new ImageWeights(spec, arrays, device);
        _groups = [.. spec.Groups().Select(group => new PixelNetwork(spec, group, Weights, device))];
        _isReal = [.. _groups.Select(IsReal)];
        if (spec.Codes is not null)
            (Encoder, Prior) = (new CodeEncoder(spec, Weights), new CodePrior(spec, Weights, device));
    }

    public ImageSpec Spec { get; }

    public Device Device { get; }

    public ImageWeights Weights { get; }

    public IReadOnlyList<PixelNetwork> Groups => _groups;

    /// <summary>The parts of a sequential latent; null where there is none.</summary>
    public CodeEncoder? Encoder { get; }

    public CodePrior? Prior { get; }

    /// <summary>The mean of ln p(x), or of ln p(x|z), over the images, a scalar.</summary>
    public Tensor MeanLogProbability(ImagePlanes planes, Tensor? context, Tensor? codes, int count)
    {
        Tensor? sum = null;
        for (int i = 0; i < _groups.Length; i++)
        {
            var part = (_groups[i].LogProbabilities(planes, context, codes) * _isReal[i]).sum();
            sum = sum is null ? part : sum.Plus(part);
        }
        return sum!.Times(1.0 / count);
    }

    /// <summary>ln p of each value given those before it, (count, D).</summary>
    public void LogProbabilities(ImagePlanes planes, Tensor? context, Tensor? codes, int count, Span<float> logs)
    {
        int channels = Spec.Shape.Channels, height = Spec.PaddedHeight, width = Spec.PaddedWidth;
        var padded = new float[count * channels * height * width];
        foreach (var network in _groups)
        {
            using var scope = NewDisposeScope();
            float[] part = FlowArrays.Copy("", network.LogProbabilities(planes, context, codes)).Values;
            var (stride, first) = (network.Group.Stride, network.Group.First);
            int next = 0;
            for (int image = 0; image < count; image++)
            {
                for (int row = first.Row; row < height; row += stride)
                {
                    for (int column = first.Column; column < width; column += stride)
                    {
                        for (int channel = 0; channel < channels; channel++)
                            padded[((image * channels + channel) * height + row) * width + column] = part[next++];
                    }
                }
            }
        }
        ImagePlanes.Crop<float>(Spec, padded, count, logs);
    }

    /// <summary>Images of the size of the lattice as tensors, and what they are given.</summary>
    public (ImagePlanes Images, Tensor? Context) Inputs(ReadOnlySpan<byte> padded, ReadOnlySpan<float> given, int count) =>
        (new ImagePlanes(Spec, padded, count, Device), Context(given, count));

    public Tensor? Context(ReadOnlySpan<float> given, int count) => Spec.Context == 0 ? null : ImageWeights.Copied(tensor(given.ToArray(), [count, Spec.Context]), Device);

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
        foreach (var mask in _isReal)
            mask.Dispose();
        Prior?.Dispose();
        Weights.Dispose();
    }

    // 1 for pixels of the image, 0 for those that it was filled up with, (rows, columns, 1).
    private Tensor IsReal(PixelNetwork network)
    {
        var (stride, first) = (network.Group.Stride, network.Group.First);
        var mask = new float[network.Rows * network.Columns];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = first.Row + i / network.Columns * stride < Spec.Shape.Height && first.Column + i % network.Columns * stride < Spec.Shape.Width ? 1 : 0;
        using var onCpu = tensor(mask, [network.Rows, network.Columns, 1]);
        return ImageWeights.Copied(onCpu, Device).DetachFromDisposeScope();
    }
}
