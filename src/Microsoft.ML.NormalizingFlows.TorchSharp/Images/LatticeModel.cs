using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>A flow over the lattice of the pixels: a network for each group of pixels.</summary>
internal sealed class LatticeModel : PixelModel
{
    private readonly ImageSpec _spec;
    private readonly Device _device;
    private readonly PixelNetwork[] _groups;
    private readonly Tensor[] _isReal;

    public LatticeModel(ImageSpec spec, ImageWeights weights, Device device)
    {
        (_spec, _device) = (spec, device);
        _groups = [.. spec.Groups().Select(group => new PixelNetwork(spec, group, weights, device))];
        _isReal = [.. _groups.Select(group => IsReal(group, device))];
    }

    public override Tensor LogProbability(ImagePlanes planes, Conditions given, int count, RandomStream? random)
    {
        Tensor? sum = null;
        for (int i = 0; i < _groups.Length; i++)
        {
            var part = (_groups[i].LogProbabilities(planes, given) * _isReal[i]).reshape(count, -1).sum(1L);
            sum = sum is null ? part : sum.Plus(part);
        }
        return sum!;
    }

    public override void LogProbabilities(ImagePlanes planes, Conditions given, int count, Span<float> logs)
    {
        int channels = _spec.Shape.Channels, height = _spec.PaddedHeight, width = _spec.PaddedWidth;
        var padded = new float[count * channels * height * width];
        foreach (var network in _groups)
        {
            using var scope = NewDisposeScope();
            float[] part = FlowArrays.Copy("", network.LogProbabilities(planes, given)).Values;
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
        ImagePlanes.Crop<float>(_spec, padded, count, logs);
    }

    public override void Draw(byte[] padded, Conditions given, int count, Func<int, double> uniform)
    {
        foreach (var group in _groups)
            Draw(group, padded, given, uniform, count);
    }

    public override void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
        foreach (var mask in _isReal)
            mask.Dispose();
    }

    private void Draw(PixelNetwork group, byte[] padded, Conditions given, Func<int, double> uniform, int count)
    {
        var (stride, first) = (group.Group.Stride, group.Group.First);
        var places = new List<(int Row, int Column)>();
        for (int row = 0; row < group.Rows; row++)
        {
            for (int column = 0; column < group.Columns; column++)
            {
                if (first.Row + row * stride < _spec.Shape.Height && first.Column + column * stride < _spec.Shape.Width)
                    places.Add((row, column));
            }
        }
        if (!group.Group.IsMasked)
        {
            if (places.Count > 0)
                Draw(group, padded, given, uniform, count, places);
            return;
        }
        foreach (var place in places)
            Draw(group, padded, given, uniform, count, [place]);
    }

    // Pixels at some places of the group, all given what is drawn already.
    private void Draw(PixelNetwork group, byte[] padded, Conditions given, Func<int, double> uniform, int count, List<(int Row, int Column)> places)
    {
        using var scope = NewDisposeScope();
        var images = new ImagePlanes(_spec, padded, count, _device);
        var features = group.Features(images, given).reshape(count, -1, _spec.HiddenChannels);
        long[] chosen = [.. places.Select(place => (long)place.Row * group.Columns + place.Column)];
        var hidden = group.Hidden(features.index_select(1, tensor(chosen).to(_device)).reshape(-1, _spec.HiddenChannels));
        int channels = _spec.Shape.Channels, pixels = count * places.Count;
        float[] values = new float[pixels * channels], flags = new float[pixels * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            byte[] drawn = group.Draw(
                hidden, ImageWeights.Copied(tensor(values, [pixels, channels]), _device), ImageWeights.Copied(tensor(flags, [pixels, channels]), _device), channel,
                pixel => uniform(pixel / places.Count));
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                var (row, column) = places[pixel % places.Count];
                row = group.Group.First.Row + row * group.Group.Stride;
                column = group.Group.First.Column + column * group.Group.Stride;
                padded[((pixel / places.Count * channels + channel) * _spec.PaddedHeight + row) * _spec.PaddedWidth + column] = drawn[pixel];
                values[pixel * channels + channel] = 2f * drawn[pixel] / (_spec.LevelCount - 1) - 1;
                flags[pixel * channels + channel] = drawn[pixel] == _spec.Background ? 0 : 1;
            }
        }
    }

    // 1 for pixels of the image, 0 for those that it was filled up with, (rows, columns, 1).
    private Tensor IsReal(PixelNetwork network, Device device)
    {
        var (stride, first) = (network.Group.Stride, network.Group.First);
        var mask = new float[network.Rows * network.Columns];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = first.Row + i / network.Columns * stride < _spec.Shape.Height && first.Column + i % network.Columns * stride < _spec.Shape.Width ? 1 : 0;
        using var onCpu = tensor(mask, [network.Rows, network.Columns, 1]);
        return ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }
}
