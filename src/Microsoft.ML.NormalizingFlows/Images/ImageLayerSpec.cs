using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>A layer of a coupling flow of images.</summary>
internal abstract record ImageLayerSpec
{
    public virtual void AddTo(ImageParameters list, ImageSpec image)
    {
    }
}

/// <summary>2 x 2 pixels become channels of one.</summary>
internal sealed record SqueezeLayerSpec : ImageLayerSpec;

/// <summary>The channels behind the first ones are done and go on as they are.</summary>
/// <param name="Kept">How many are not.</param>
internal sealed record SplitLayerSpec(int Kept) : ImageLayerSpec;

/// <summary>
/// Of 2 x 2 pixels, whose channels stand side by side, the largest goes on, and behind it by how much each of the others is less, in their order: a number of any sign, whose softplus that is. Which was the
/// largest is forgotten: with four places of the same probability, <c>-ln 4</c> is what that takes, and a place is drawn where the layer is inverted (Nielsen et al. 2020, SurVAE Flows). So it is a surjection, whose
/// likelihood is exact all the same.
/// </summary>
internal sealed record MaximumLayerSpec : ImageLayerSpec;

/// <summary>
/// The channels behind the first ones lose their signs: x becomes u with <c>softplus(u) = |x|</c>, a number of any sign. The probability of each sign is what a network says that sees the first ones; a sign is drawn from it where the
/// layer is inverted (Nielsen et al. 2020, SurVAE Flows). A surjection, whose likelihood is exact all the same.
/// </summary>
/// <param name="Name">Of its arrays.</param>
/// <param name="Rows">Of the lattice.</param>
/// <param name="Columns">Of the lattice.</param>
/// <param name="Passing">Channels that pass, the first ones.</param>
/// <param name="Channels">All of them.</param>
internal sealed record AbsoluteLayerSpec(string Name, int Rows, int Columns, int Passing, int Channels) : ImageLayerSpec
{
    public override void AddTo(ImageParameters list, ImageSpec image)
    {
        list.Begin(Name);
        list.AddNetwork(image, Rows, Columns, Passing, CouplingLayerSpec.Kernel, maskedTo: 1);
        list.AddDense("signs", image.HiddenChannels, Channels - Passing, gain: 0);
    }
}

/// <summary>
/// Channels are mapped one after another as those before them say, and those that pass: a recurrent network of convolutions goes over them (Shi et al. 2015, ConvLSTM; Mahajan et al. 2020, mAR, which has
/// three layers of it and a shift and scale as the map).
/// </summary>
/// <param name="Name">Of its arrays.</param>
/// <param name="Rows">Of the lattice.</param>
/// <param name="Columns">Of the lattice.</param>
/// <param name="Passing">Channels that pass, the first ones.</param>
/// <param name="Channels">All of them.</param>
/// <param name="Map">The map of a channel.</param>
internal sealed record ChannelsLayerSpec(string Name, int Rows, int Columns, int Passing, int Channels, MapSpec Map) : ImageLayerSpec
{
    /// <summary>Gates of the network for each of its channels: in, forget, out, and what goes in.</summary>
    public const int Gates = 4;

    public const int Kernel = 3;

    public override void AddTo(ImageParameters list, ImageSpec image)
    {
        list.Begin(Name);
        int width = image.HiddenChannels, gates = Gates * width;
        if (Passing > 0)
            list.AddConvolution("passing", Passing, gates, Kernel, gain: 0.7f);
        list.AddConvolution("before", 1 + width, gates, Kernel, gain: 0.7f);
        list.Add("channels", ParameterStart.Zeros, Channels - Passing, gates);
        list.AddOffsets(image, Rows, Columns, gates);
        list.AddDense("map", width, Map.ParametersPerFeature, gain: 0);
    }
}

/// <summary>A linear map of the channels of a pixel in LU form, with a shift: the 1 x 1 convolution of Kingma and Dhariwal 2018, Glow, and its actnorm in one. It begins as the identity.</summary>
/// <param name="Name">Of its arrays.</param>
/// <param name="Channels">How many it mixes.</param>
internal sealed record MixLayerSpec(string Name, int Channels) : ImageLayerSpec
{
    /// <summary>softplus of it is 1.</summary>
    private const float One = 0.541324854612918f;

    public override void AddTo(ImageParameters list, ImageSpec image)
    {
        list.Begin(Name);
        list.Add("lower", ParameterStart.Zeros, Channels, Channels);
        list.Add("upper", ParameterStart.Zeros, Channels, Channels);
        list.Add("diagonal", ParameterStart.Constant(One), Channels);
        list.Add("bias", ParameterStart.Zeros, Channels);
    }
}

/// <summary>
/// Some channels pass and say how the others are mapped: each by a map, or those of a pixel together by <c>y = x + g(x)</c>. The slopes of g are below 1, and its determinant is exact, since it is that of a few channels; what passes is added
/// inside it. The residual flow of Chen et al. 2019 has convolutions over the whole image in g, whose determinant it estimates.
/// </summary>
/// <param name="Name">Of its arrays.</param>
/// <param name="Rows">Of the lattice.</param>
/// <param name="Columns">Of the lattice.</param>
/// <param name="Mapped">True for a channel that is mapped.</param>
/// <param name="Given">Channels that the network sees beside.</param>
/// <param name="Map">The map of a channel.</param>
/// <param name="IsResidual">Whether the channels of a pixel are mapped together.</param>
internal sealed record CouplingLayerSpec(string Name, int Rows, int Columns, bool[] Mapped, int Given, MapSpec Map, bool IsResidual = false) : ImageLayerSpec
{
    /// <summary>Hidden units of g.</summary>
    public const int Units = 32;

    /// <summary>Pixels of the first convolution, across and down.</summary>
    public const int Kernel = 3;

    public override void AddTo(ImageParameters list, ImageSpec image)
    {
        list.Begin(Name);
        int mapped = Mapped.Count(isMapped => isMapped);
        list.AddNetwork(image, Rows, Columns, Mapped.Length - mapped + Given, Kernel, maskedTo: 1);
        if (image.Couplings!.HasAttention)
        {
            list.AddDense("attention", image.HiddenChannels, 3 * image.HiddenChannels, gain: 0.7f);
            list.AddDense("attended", image.HiddenChannels, 2 * image.HiddenChannels, gain: 0);
        }
        if (!IsResidual)
        {
            list.AddDense("map", image.HiddenChannels, mapped * Map.ParametersPerFeature, gain: 0);
            return;
        }
        list.AddDense("map", image.HiddenChannels, Units);
        list.AddDense("first", mapped, Units);
        list.AddDense("last", Units, mapped, gain: 0);
        list.Add("sharpness", ParameterStart.Constant(0.5f), 1);
    }
}
