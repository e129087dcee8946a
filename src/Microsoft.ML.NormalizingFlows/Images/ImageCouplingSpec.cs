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
