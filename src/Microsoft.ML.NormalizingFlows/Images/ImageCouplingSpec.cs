using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// A coupling flow of images: levels with noise between them go through the distribution function of the levels of their place and a logit, so that training begins at the entropy of these; then
/// through couplings on two scales. On each, 2 x 2 pixels become channels of one, some channels pass and say by convolutions how the others are mapped (Dinh et al. 2017, RealNVP). Behind
/// the first scale half of the channels are done, or all but the largest of 2 x 2 pixels. Noise is standard logistic. One architecture, whatever the map: RealNVP, Glow, splines, the mixture of
/// Flow++.
/// </summary>
internal sealed record ImageCouplingSpec
{
    /// <summary>Times that the lattice is halved.</summary>
    public const int Scales = 2;

    /// <summary>Couplings that noise between the levels goes through, where it is learned.</summary>
    public const int NoiseSteps = 2;

    public const int MaximumSteps = 64;

    /// <summary>The names of what is counted before the training begin so: of each value of an image, the shares of its levels.</summary>
    public const string Start = "start.";

    /// <summary>The map of a channel.</summary>
    public required MapSpec Map { get; init; }

    /// <summary>Couplings of a scale; 0 for one map of all values that is decided by what the density is given alone.</summary>
    public required int Steps { get; init; }

    /// <summary>The scale from which on a linear map mixes the channels in front of each coupling; <see cref="Scales"/> for never.</summary>
    public required int MixedFrom { get; init; }

    /// <summary>Whether the noise between levels is learned (Ho et al. 2019, Flow++), else it is even.</summary>
    public bool LearnsNoise { get; init; }

    /// <summary>Draws of the noise that log p(x) is bounded by where images are scored.</summary>
    public int Draws { get; init; } = 1;

    /// <summary>Whether the networks of couplings have a layer of attention (Ho et al. 2019).</summary>
    public bool HasAttention { get; init; }

    /// <summary>Whether couplings map all their channels of a pixel together by a residual map (Chen et al. 2019), else each by <see cref="Map"/>.</summary>
    public bool IsResidual { get; init; }

    /// <summary>Whether the half that is done behind the first scale goes on without its signs, whose probabilities are learned (Nielsen et al. 2020, SurVAE).</summary>
    public bool TakesAbsolutes { get; init; }

    /// <summary>Whether the largest of 2 x 2 pixels goes on to the second scale (Nielsen et al. 2020, SurVAE), else half of the channels.</summary>
    public bool PoolsMaxima { get; init; }

    /// <summary>Whether channels that are done are mapped once more, one after another, each given those before (Mahajan et al. 2020, mAR).</summary>
    public bool HasAutoregressivePrior { get; init; }

    /// <summary>The layers from images to noise.</summary>
    public IReadOnlyList<ImageLayerSpec> Layers(ImageSpec image)
    {
        var list = new List<ImageLayerSpec>();
        int rows = image.PaddedHeight, columns = image.PaddedWidth, channels = image.Shape.Channels;
        for (int scale = 0; scale < (Steps == 0 ? 1 : Scales); scale++)
        {
            if (scale > 0 && !PoolsMaxima)
            {
                if (TakesAbsolutes)
                {
                    list.Add(new AbsoluteLayerSpec("flow.signs", rows, columns, channels / 2, channels));
                    AddMap("flow.absolutes", channels / 2);
                }
                End(channels / 2, channels);
                channels /= 2;
            }
            list.Add(new SqueezeLayerSpec());
            (rows, columns, channels) = (rows / 2, columns / 2, 4 * channels);
            if (scale > 0 && PoolsMaxima)
            {
                list.Add(new MaximumLayerSpec());
                AddMap("flow.maxima", channels / 4);
                End(channels / 4, channels);
                channels /= 4;
            }
            for (int step = 0; step < Math.Max(1, Steps); step++)
            {
                if (scale >= MixedFrom)
                    list.Add(new MixLayerSpec($"flow.{scale}.{step}.mix", channels));
                bool[] mapped = Steps == 0 ? [.. Enumerable.Repeat(true, channels)] : scale == 0 ? Pixels(step, image.Shape.Channels) : Halves(step, channels);
                list.Add(new CouplingLayerSpec($"flow.{scale}.{step}.coupling", rows, columns, mapped, 0, Map, IsResidual));
            }
        }
        End(0, channels);
        return list;

        // What a surjection makes of the channels behind the first ones is spread as the image is: here alone they follow from these.
        void AddMap(string name, int passing)
        {
            if (!HasAutoregressivePrior)
                list.Add(new CouplingLayerSpec(name, rows, columns, [.. Enumerable.Range(0, channels).Select(channel => channel >= passing)], 0, Map));
        }

        // Of so many channels those behind the first ones are done.
        void End(int kept, int all)
        {
            if (HasAutoregressivePrior)
                list.Add(new ChannelsLayerSpec(kept > 0 ? "flow.prior" : "flow.last", rows, columns, kept, all, Map));
            if (kept > 0)
                list.Add(new SplitLayerSpec(kept));
        }
    }

    /// <summary>The layers from even noise to that between the levels, which see the image as well.</summary>
    public IReadOnlyList<ImageLayerSpec> NoiseLayers(ImageSpec image) => LearnsNoise
        ? [new SqueezeLayerSpec(), .. Enumerable.Range(0, NoiseSteps).Select(step => new CouplingLayerSpec(
            $"noise.{step}", image.PaddedHeight / 2, image.PaddedWidth / 2, Pixels(step, image.Shape.Channels), 8 * image.Shape.Channels, Map))]
        : [];

    public void AddTo(ImageParameters list, ImageSpec image)
    {
        foreach (var layer in Layers(image).Concat(NoiseLayers(image)))
            layer.AddTo(list, image);
        list.Begin(Start.TrimEnd('.'));
        list.Add("shares", ParameterStart.Constant(1f / image.LevelCount), image.PaddedHeight * image.PaddedWidth * image.Shape.Channels, image.LevelCount);
    }

    /// <summary>Checks a description that a file claims.</summary>
    /// <exception cref="ArgumentException">It is impossible.</exception>
    public void Validate()
    {
        Map.Validate();
        Ranges.Integer("The number of couplings", Steps, 0, MaximumSteps);
        if (TakesAbsolutes && PoolsMaxima)
            throw new ArgumentException("What is done is less than the largest, and has no signs.");
        Ranges.Integer("The number of draws of the noise", Draws, 1, ImageLatentSpec.MaximumDraws);
        Ranges.Integer("The first scale that is mixed", MixedFrom, 0, Scales);
    }

    // Which of 2 x 2 pixels are mapped: the two of a diagonal, of a column, of a row, each way. The last row is mapped last: behind it, its channels are done.
    private static bool[] Pixels(int step, int channels)
    {
        int[] mapped = (step % 6) switch
        {
            0 => [1, 2],
            1 => [0, 3],
            2 => [1, 3],
            3 => [0, 2],
            4 => [0, 1],
            _ => [2, 3],
        };
        return [.. Enumerable.Range(0, 4 * channels).Select(channel => mapped.Contains(channel / channels))];
    }

    private static bool[] Halves(int step, int channels) => [.. Enumerable.Range(0, channels).Select(channel => (step % 4) switch
    {
        0 => channel >= channels / 2,
        1 => channel < channels / 2,
        2 => channel % 2 == 1,
        _ => channel % 2 == 0,
    })];
}

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
