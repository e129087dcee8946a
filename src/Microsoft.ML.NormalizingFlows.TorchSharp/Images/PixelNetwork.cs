using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// The network of one group of pixels: convolutions over the pixels known before, or with masks over its own (van den Oord et al. 2016, Pixel Recurrent Neural
/// Networks), and on them the distribution of the level of each channel given the channels before it.
/// </summary>
internal sealed class PixelNetwork : IDisposable
{
    private readonly ImageSpec _spec;
    private readonly ImageWeights _weights;
    private readonly Tensor? _strictMask, _mask;
    private readonly LevelDistribution _distribution;

    public PixelNetwork(ImageSpec spec, PixelGroup group, ImageWeights weights, Device device)
    {
        (_spec, Group, _weights) = (spec, group, weights);
        _distribution = spec.Components == 0 ? new CategoricalLevels(spec, device) : new LogisticLevels(spec);
        if (group.IsMasked)
            (_strictMask, _mask) = (Mask(PixelGroup.MaskedKernel, seesItself: false, device), Mask(3, seesItself: true, device));
    }

    public PixelGroup Group { get; }

    /// <summary>Rows and columns of the group.</summary>
    public int Rows => _spec.PaddedHeight / Group.Stride;

    public int Columns => _spec.PaddedWidth / Group.Stride;

    /// <summary>What the convolutions make of the images, (B, rows, columns, h): the channels of a pixel stand side by side, so that a convolution of one pixel is a product of matrices.</summary>
    /// <param name="images">The images.</param>
    /// <param name="context">(B, C); null for none.</param>
    /// <param name="codes">What the words of each stand for, (B, rows of codes, columns of codes, e); null for none.</param>
    public Tensor Features(ImagePlanes images, Tensor? context, Tensor? codes)
    {
        var y = Convolve("input", images.Inputs(Group, Group.IsMasked ? [Group.First] : Group.Known), _strictMask).Plus(Of("position"));
        if (context is not null)
            y = y.Plus(nn.functional.linear(context, Of("context.weight")).unsqueeze(1).unsqueeze(1));
        if (codes is not null)
            y = y.Plus(Spread(nn.functional.linear(codes, Of("codes.weight"))));
        for (int block = 0; block < _spec.Blocks; block++)
        {
            var inner = Dense($"blocks.{block}.narrow", nn.functional.relu(y));
            inner = Convolve($"blocks.{block}.near", nn.functional.relu(inner), _mask);
            y = y.Plus(Dense($"blocks.{block}.wide", nn.functional.relu(inner)));
        }
        return y;
    }

    /// <summary>What the levels of pixels follow from, (P, 2 h), of their features (P, h).</summary>
    public Tensor Hidden(Tensor features) => Dense("hidden", nn.functional.relu(features));

    /// <summary>ln p of each value of the group given those before it, (B, rows, columns, C).</summary>
    public Tensor LogProbabilities(ImagePlanes images, Tensor? context, Tensor? codes)
    {
        var features = Features(images, context, codes);
        long count = features.shape[0];
        var hidden = Hidden(features.reshape(-1, _spec.HiddenChannels));
        Tensor values = images.Values(Group), flags = images.Flags(Group), levels = images.Levels(Group);
        var logs = new List<Tensor>();
        for (int channel = 0; channel < _spec.Shape.Channels; channel++)
            logs.Add(_distribution.LogProbability(Parameters(hidden, values, flags, channel), flags.select(1, channel), levels.select(1, channel)));
        return stack([.. logs], 1).reshape(count, Rows, Columns, _spec.Shape.Channels);
    }

    /// <summary>Draws the level of a channel of each pixel.</summary>
    /// <param name="hidden">See <see cref="Hidden"/>.</param>
    /// <param name="values">The pixels' numbers, of which the channels before are read, (P, C).</param>
    /// <param name="flags">Which are not the background, (P, C).</param>
    /// <param name="channel">The channel.</param>
    /// <param name="uniform">A random number for a pixel.</param>
    public byte[] Draw(Tensor hidden, Tensor values, Tensor flags, int channel, Func<int, double> uniform) =>
        _distribution.Draw(Parameters(hidden, values, flags, channel), uniform);

    public void Dispose()
    {
        _strictMask?.Dispose();
        _mask?.Dispose();
        _distribution.Dispose();
    }

    private LevelParameters Parameters(Tensor hidden, Tensor values, Tensor flags, int channel)
    {
        string name = $"channels.{channel}.";
        if (channel > 0)
            hidden = hidden.Plus(nn.functional.linear(cat([values.narrow(1, 0, channel), flags.narrow(1, 0, channel)], 1), Of(name + "before.weight")));
        var features = nn.functional.relu(hidden);
        string levels = name + (_spec.Components == 0 ? "levels" : "logistics");
        return new LevelParameters(features, nn.functional.linear(features, Of(name + "background.weight"), Of(name + "background.bias")).squeeze(1), Of(levels + ".weight"), Of(levels + ".bias"));
    }

    // Each value of a grid to all pixels of the group that it stands for.
    private Tensor Spread(Tensor grid)
    {
        long count = grid.shape[0], rows = grid.shape[1], columns = grid.shape[2], hidden = grid.shape[3], down = Rows / rows, across = Columns / columns;
        return grid.unsqueeze(2).unsqueeze(4).expand(count, rows, down, columns, across, hidden).reshape(count, Rows, Columns, hidden);
    }

    private Tensor Convolve(string name, Tensor input, Tensor? mask)
    {
        Tensor weight = Of(name + ".weight");
        if (mask is not null)
            weight = weight * mask;
        long reach = weight.shape[2] / 2;
        return nn.functional.conv2d(input.permute(0, 3, 1, 2), weight, Of(name + ".bias"), padding: [reach, reach]).permute(0, 2, 3, 1);
    }

    private Tensor Dense(string name, Tensor input) => nn.functional.linear(input, Of(name + ".weight"), Of(name + ".bias"));

    private Tensor Of(string name) => _weights[$"{Group.Name}.{name}"];

    // 1 for the pixels above, and those to the left in the same row.
    private static Tensor Mask(int size, bool seesItself, Device device)
    {
        var mask = new float[size * size];
        mask.AsSpan(0, size * size / 2 + (seesItself ? 1 : 0)).Fill(1);
        using var onCpu = tensor(mask, [1, 1, size, size]);
        return ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }
}
