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
        using var scope = NewDisposeScope();
        var places = new List<(int Row, int Column)>();
        for (int row = 0; row < group.Rows; row++)
        {
            for (int column = 0; column < group.Columns; column++)
                places.Add((row, column));
        }
        if (group.Group.IsMasked)
        {
            var walk = group.Walk(count, given);
            foreach (var (row, column) in places)
            {
                using var step = NewDisposeScope();
                var features = walk.Features(row, column);
                if (IsReal(group, row, column))
                    DrawLevels(group, features, padded, uniform, count, [(row, column)]);
                walk.Set(row, column, Inputs(group, padded, count, row, column));
            }
            return;
        }
        places.RemoveAll(place => !IsReal(group, place.Row, place.Column));
        if (places.Count == 0)
            return;
        long[] chosen = [.. places.Select(place => (long)place.Row * group.Columns + place.Column)];
        var all = group.Features(new ImagePlanes(_spec, padded, count, _device), given).reshape(count, -1, _spec.HiddenChannels);
        DrawLevels(group, all.index_select(1, tensor(chosen).to(_device)).reshape(-1, _spec.HiddenChannels), padded, uniform, count, places);
    }

    // The levels of pixels at some places of the group, given their features (B places, h).
    private void DrawLevels(PixelNetwork group, Tensor features, byte[] padded, Func<int, double> uniform, int count, List<(int Row, int Column)> places)
    {
        var hidden = group.Hidden(features);
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
                padded[Index(group, pixel / places.Count, channel, row, column)] = drawn[pixel];
                (values[pixel * channels + channel], flags[pixel * channels + channel]) = ImagePlanes.NumberAndFlag(_spec, drawn[pixel]);
            }
        }
    }

    // What a masked group sees of a pixel of its own: the numbers of its channels and their flags, (count, 2 C).
    private Tensor Inputs(PixelNetwork group, byte[] padded, int count, int row, int column)
    {
        int channels = _spec.Shape.Channels;
        var inputs = new float[count * 2 * channels];
        for (int image = 0; image < count; image++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int place = image * 2 * channels + channel;
                (inputs[place], inputs[place + channels]) = ImagePlanes.NumberAndFlag(_spec, padded[Index(group, image, channel, row, column)]);
            }
        }
        return ImageWeights.Copied(tensor(inputs, [count, 2 * channels]), _device);
    }

    // The place of a value in (B, C, padded H, padded W).
    private int Index(PixelNetwork group, int image, int channel, int row, int column) =>
        ((image * _spec.Shape.Channels + channel) * _spec.PaddedHeight + group.Group.First.Row + row * group.Group.Stride) * _spec.PaddedWidth
        + group.Group.First.Column + column * group.Group.Stride;

    // Whether a pixel of a group is one of the image, or one that it was filled up with.
    private bool IsReal(PixelNetwork network, int row, int column) =>
        network.Group.First.Row + row * network.Group.Stride < _spec.Shape.Height && network.Group.First.Column + column * network.Group.Stride < _spec.Shape.Width;

    // 1 for pixels of the image, 0 for those that it was filled up with, (rows, columns, 1).
    private Tensor IsReal(PixelNetwork network, Device device)
    {
        var mask = new float[network.Rows * network.Columns];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = IsReal(network, i / network.Columns, i % network.Columns) ? 1 : 0;
        using var onCpu = tensor(mask, [network.Rows, network.Columns, 1]);
        return ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }
}
