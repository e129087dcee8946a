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
    private readonly ConvolutionNetwork _network;
    private readonly Tensor? _strictMask, _mask;
    private readonly LevelDistribution _distribution;

    public PixelNetwork(ImageSpec spec, PixelGroup group, ImageWeights weights, Device device)
    {
        (_spec, Group) = (spec, group);
        _distribution = spec.Components == 0 ? new CategoricalLevels(spec, device) : new LogisticLevels(spec);
        if (group.IsMasked)
            (_strictMask, _mask) = (Mask(PixelGroup.MaskedKernel, seesItself: false, device), Mask(3, seesItself: true, device));
        _network = new ConvolutionNetwork(spec, weights, group.Name, _strictMask, _mask);
    }

    public PixelGroup Group { get; }

    /// <summary>Rows and columns of the group.</summary>
    public int Rows => _spec.PaddedHeight / Group.Stride;

    public int Columns => _spec.PaddedWidth / Group.Stride;

    /// <summary>What the convolutions make of the images, (B, rows, columns, h).</summary>
    public Tensor Features(ImagePlanes images, Conditions given)
    {
        var input = images.Inputs(Group, Group.IsMasked ? [Group.First] : Group.Known);
        return _network.Features(input, input.shape[0], given);
    }

    /// <summary>As <see cref="Features"/>, one pixel after another; of a group that is masked.</summary>
    public LatticeWalk Walk(long count, Conditions given) => new(_spec, _network, count, given);

    /// <summary>What the levels of pixels follow from, (P, 2 h), of their features (P, h).</summary>
    public Tensor Hidden(Tensor features) => _network.Dense("hidden", nn.functional.relu(features));

    /// <summary>ln p of each value of the group given those before it, (B, rows, columns, C).</summary>
    public Tensor LogProbabilities(ImagePlanes images, Conditions given)
    {
        var features = Features(images, given);
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

    private Tensor Of(string name) => _network[name];

    // 1 for the pixels above, and those to the left in the same row.
    private static Tensor Mask(int size, bool seesItself, Device device)
    {
        var mask = new float[size * size];
        mask.AsSpan(0, size * size / 2 + (seesItself ? 1 : 0)).Fill(1);
        using var onCpu = tensor(mask, [1, 1, size, size]);
        return ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }
}
