using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>What an <see cref="ImageVariationalFlowEstimator"/> learns, how, and what its transformer adds to a table.</summary>
/// <example>
/// <code>
/// var options = new ImageVariationalFlowOptions
/// {
///     PixelColumnName = "Pixels",                                   // as ExtractPixels gives them
///     ContextColumnName = "Label",                                  // log p(image | label)
///     PixelBitsColumnName = "PixelBits",                            // where an image is odd
///     Training = { TrainingTime = TimeSpan.FromHours(1), Seed = 1 },
/// };
/// </code>
/// </example>
public sealed class ImageVariationalFlowOptions
{
    /// <summary>
    /// The column of pixels: a vector of known size of Byte, Single or Double with whole levels from 0 to 255, as <c>ExtractPixels</c> gives them. Its dimensions
    /// are (channels, height, width), or (height, width) for one channel; where it has none, <see cref="Height"/> and <see cref="Width"/> say
    /// them. Default <c>Pixels</c>. A missing pixel gives missing scores.
    /// </summary>
    public string PixelColumnName { get; set; } = "Pixels";

    /// <summary>The height of an image, from 1 to 16,384; null, the default, takes that of the column's dimensions.</summary>
    [Range(1, Model.FlowLimits.Dimensions)]
    public int? Height { get; set; }

    /// <summary>The width of an image, from 1 to 16,384; null, the default, takes that of the column's dimensions.</summary>
    [Range(1, Model.FlowLimits.Dimensions)]
    public int? Width { get; set; }

    /// <summary>The number of channels, from 1 to 16,384; null, the default, takes that of the column's dimensions, 1 where it has none.</summary>
    [Range(1, Model.FlowLimits.Dimensions)]
    public int? Channels { get; set; }

    /// <summary>Whether the channels of a pixel stand side by side, (height, width, channels), as with <c>interleavePixelColors</c> of <c>ExtractPixels</c>. Default false.</summary>
    public bool InterleavedPixels { get; set; }

    /// <summary>
    /// The column that the density is given, so that it is log p(image | context): a key such as a label, which is taken as a one-hot vector, or a vector of
    /// known size or a scalar, of Single or Double. Null, the default, gives nothing. An image without its context gets missing scores.
    /// </summary>
    public string? ContextColumnName { get; set; }

    /// <summary>
    /// The output column for the log-density in nats, Single: log of the probability of the image among all images of its size and levels; low is unusual. Null leaves the
    /// column out. Default <c>LogDensity</c>. An image with a missing pixel gets NaN.
    /// </summary>
    public string? LogDensityColumnName { get; set; } = "LogDensity";

    /// <summary>
    /// The output column for the bits that a value of the image takes, -log2 p(image) / (channels height width), Single; high is unusual. Null leaves the column out.
    /// Default <c>BitsPerDimension</c>. An image with a missing pixel gets NaN.
    /// </summary>
    public string? BitsPerDimensionColumnName { get; set; } = "BitsPerDimension";

    /// <summary>
    /// The output column for an anomaly score, Single, high is unusual: the bits of a value that the image takes more than a background model says, which counts levels given those to the left and above.
    /// Unlike the bits alone it is not low for any picture without texture. Null, the default, leaves the column out. An image with a missing pixel gets NaN.
    /// </summary>
    public string? AnomalyScoreColumnName { get; set; }

    /// <summary>
    /// The output column for the bits of each value given those before it, a vector of Single in the form of the pixels: a map of where an image is odd. Their sum is -log2 p(image), or with a sequential latent -log2 p(image | nearest words). Null,
    /// the default, leaves the column out. An image with a missing pixel gets NaN.
    /// </summary>
    public string? PixelBitsColumnName { get; set; }

    /// <summary>
    /// The output column for the words z of a sequential <see cref="Latent"/>, a vector of keys with values <c>Code0</c> .. <c>Code(K-1)</c>, a word for 4 x 4 pixels each. Null, the
    /// default, leaves the column out. An image with a missing pixel gets missing keys.
    /// </summary>
    public string? LatentCodesColumnName { get; set; }

    /// <summary>
    /// The output column for the bits of the words, -log2 p(z), Single; they are part of the log-density. Null, the default, leaves the column out. An image with a missing pixel gets
    /// NaN.
    /// </summary>
    public string? CodeBitsColumnName { get; set; }

    /// <summary>
    /// The output column for the image that the words alone stand for, in the form of the pixels: each value is the median given the words and the values before it. Null, the default, leaves
    /// the column out. An image with a missing pixel gets 0.
    /// </summary>
    public string? ReconstructionColumnName { get; set; }

    /// <summary>
    /// The latent. Default <see cref="ImageLatent.None"/>; the log-density with <see cref="ImageLatent.Sequential"/> is a lower bound, log p(z) + log p(x|z), in
    /// which the words z are counted in full.
    /// </summary>
    public ImageLatent Latent { get; set; } = ImageLatent.None;

    /// <summary>
    /// The output column for what a discrete or continuous latent is, a vector of Single: the probability of each state given the image, or the mean of the numbers. Null, the default, leaves the column out. An image with a
    /// missing pixel gets NaN.
    /// </summary>
    public string? LatentColumnName { get; set; }

    /// <summary>The numbers of a continuous latent, from 1 to 1,024. Default 16.</summary>
    [Range(1, ImageLatentSpec.MaximumDimensions)]
    public int LatentDimensions { get; set; } = 16;

    /// <summary>The states of a discrete latent, from 2 to 256. Default 8.</summary>
    [Range(2, ImageLatentSpec.MaximumStates)]
    public int LatentStates { get; set; } = 8;

    /// <summary>Draws of a continuous latent that the bound of the log-density is made of where images are scored, from 1 to 4,096; as many times as long does it take. Default 8.</summary>
    [Range(1, ImageLatentSpec.MaximumDraws)]
    public int BoundSamples { get; set; } = 8;

    /// <summary>K, the words of the code book of a sequential latent, from 2 to 1,024. Default 16.</summary>
    [Range(2, CodeSpec.MaximumWords)]
    public int CodeWords { get; set; } = 16;

    /// <summary>
    /// How many grids of words log p(x) is summed over where images are scored, those nearest to the image first, from 1 to 256: the bound rises with each, and scoring takes
    /// as many times as long. The report's density is that of 1. Default 1.
    /// </summary>
    [Range(1, CodeSpec.MaximumTopCodes)]
    public int TopCodes { get; set; } = 1;

    /// <summary>Blocks of the Transformer that learns p(z), from 1 to 24. Default 4.</summary>
    [Range(1, CodeSpec.MaximumLayers)]
    public int PriorLayers { get; set; } = 4;

    /// <summary>Values of a position of the Transformer that learns p(z), from 32 to 1,024; counted up to a multiple of 32. Default 128.</summary>
    [Range(CodeSpec.HeadWidth, CodeSpec.MaximumWidth)]
    public int PriorWidth { get; set; } = 128;

    /// <summary>The flow. Default <see cref="ImageFlow.Polyphase"/>.</summary>
    public ImageFlow Flow { get; set; } = ImageFlow.Polyphase;

    /// <summary>Couplings of each of the two scales of a coupling flow, from 1 to 64. Default 6.</summary>
    [Range(1, ImageCouplingSpec.MaximumSteps)]
    public int StepsPerScale { get; set; } = 6;

    /// <summary>
    /// Whether a coupling flow learns the noise that stands between the levels, given the image (variational dequantization, Ho et al. 2019): the bound is closer, and a step takes longer. Default false: the noise
    /// is even.
    /// </summary>
    public bool LearnsNoise { get; set; }

    /// <summary>
    /// Draws of the noise between the levels that the bound of a coupling flow's log-density is made of where images are scored, from 1 to 4,096: the more, the closer it comes (Burda et al. 2016), and as many times as
    /// long does it take. The report's density is that of 1. Default 1.
    /// </summary>
    [Range(1, ImageLatentSpec.MaximumDraws)]
    public int NoiseSamples { get; set; } = 1;

    /// <summary>
    /// Whether the networks of a coupling flow have a layer of attention, by which each pixel sees all others (Ho et al. 2019, Flow++, where each block has one). A step takes longer, the more so the larger the
    /// images. Default false.
    /// </summary>
    public bool Attention { get; set; }

    /// <summary>
    /// Whether the largest of 2 x 2 pixels goes on to the second scale of a coupling flow (Nielsen et al. 2020, SurVAE Flows): which one it was is drawn with new images, and costs the same
    /// wherever it was. Default false: half of the channels go on.
    /// </summary>
    public bool MaximumPooling { get; set; }

    /// <summary>
    /// Whether the half of the channels that a coupling flow is done with behind the first scale goes on without its signs (Nielsen et al. 2020, SurVAE Flows): how probable each sign is follows from the other half, and signs are
    /// drawn with new images. Not together with <see cref="MaximumPooling"/>. Default false.
    /// </summary>
    public bool AbsoluteValues { get; set; }

    /// <summary>
    /// Whether what a coupling flow is done with is mapped once more, one channel after another, by a recurrent network over those before (Mahajan et al. 2020, mAR-SCF). Default false.
    /// </summary>
    public bool AutoregressivePrior { get; set; }

    /// <summary>The form of the distribution of a pixel's level. Default <see cref="PixelDistribution.Automatic"/>. Of flows over the lattice alone.</summary>
    public PixelDistribution PixelDistribution { get; set; } = PixelDistribution.Automatic;

    /// <summary>
    /// Bits of a level that are modelled, from 1 to 8: below 8 levels are floored to as many bits, and densities are those of the coarser images. Default 8.
    /// </summary>
    [Range(1, ImageSpec.MaximumBits)]
    public int Bits { get; set; } = ImageSpec.MaximumBits;

    /// <summary>Channels of the networks, from 2 to 1,024; an odd number counts as one more. Default 48; on a GPU more are of use.</summary>
    [Range(2, ImageSpec.MaximumHiddenChannels)]
    public int HiddenChannels { get; set; } = 48;

    /// <summary>Residual blocks of a network, from 1 to 64; each sees a pixel further. Default 3.</summary>
    [Range(1, ImageSpec.MaximumBlocks)]
    public int Blocks { get; set; } = 3;

    /// <summary>
    /// The training. Its defaults are for images: batches of 32, step size 0.002 that falls as a cosine, gradients of norm 1 at most. Where neither
    /// <see cref="TrainingOptions.Epochs"/> nor <see cref="TrainingOptions.TrainingTime"/> are set there are some 4,000 steps, more on long tables; an epoch is at most
    /// 250 steps where Epochs is null. Images are kept in memory, and dropout is refused.
    /// </summary>
    public TrainingOptions Training { get; set; } = new()
    {
        BatchSize = 32,
        LearningRate = 2e-3,
        GradientClip = 1,
        Schedule = LearningRateSchedule.Cosine,
        WeightAveraging = 0,
    };

    /// <summary>Checks every option; the estimator does so when it is made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public void Validate()
    {
        ColumnNames.Check(
            (nameof(PixelColumnName), PixelColumnName),
            needed: [],
            [
                (nameof(ContextColumnName), ContextColumnName),
                (nameof(LogDensityColumnName), LogDensityColumnName),
                (nameof(BitsPerDimensionColumnName), BitsPerDimensionColumnName),
                (nameof(AnomalyScoreColumnName), AnomalyScoreColumnName),
                (nameof(PixelBitsColumnName), PixelBitsColumnName),
                (nameof(LatentCodesColumnName), LatentCodesColumnName),
                (nameof(CodeBitsColumnName), CodeBitsColumnName),
                (nameof(ReconstructionColumnName), ReconstructionColumnName),
                (nameof(LatentColumnName), LatentColumnName),
            ]);
        OptionsValidator.Check(this);
        if (Training.Dropout > 0)
            throw new ArgumentException(FormattableString.Invariant($"Training.Dropout is {Training.Dropout}, but flows of images have none: leave it at 0, and set Training.WeightDecay against overfitting."), "Training.Dropout");
        if (LatentColumnName is not null && Latent is not (ImageLatent.Discrete or ImageLatent.Continuous))
            throw new ArgumentException($"{nameof(LatentColumnName)} is '{LatentColumnName}', but Latent is {Latent}: set it to Discrete or Continuous, or leave the column out.", nameof(LatentColumnName));
        if (Latent != ImageLatent.Sequential && (LatentCodesColumnName ?? CodeBitsColumnName ?? ReconstructionColumnName) is { } name)
        {
            string option = LatentCodesColumnName is not null ? nameof(LatentCodesColumnName) : CodeBitsColumnName is not null ? nameof(CodeBitsColumnName) : nameof(ReconstructionColumnName);
            throw new ArgumentException($"{option} is '{name}', but only a sequential latent has words: set Latent to Sequential, or leave the column out.", option);
        }
        bool isLattice = Flow is ImageFlow.Polyphase or ImageFlow.Raster;
        if (!isLattice && PixelBitsColumnName is not null)
            throw new ArgumentException($"{nameof(PixelBitsColumnName)} is '{PixelBitsColumnName}', but {Flow} maps an image as a whole and gives no bits of a pixel: leave it out, or set Flow to Polyphase or Raster.", nameof(PixelBitsColumnName));
        if (PixelBitsColumnName is not null && Latent is (ImageLatent.Discrete or ImageLatent.Continuous))
            throw new ArgumentException($"{nameof(PixelBitsColumnName)} is '{PixelBitsColumnName}', but with a latent that is {Latent} the bits of an image are no sum over its pixels: leave it out.", nameof(PixelBitsColumnName));
        if (LearnsNoise && isLattice)
            throw new ArgumentException($"{nameof(LearnsNoise)} is set, but {Flow} has no noise, for it gives levels their probabilities: leave it out, or take a coupling flow.", nameof(LearnsNoise));
        if (NoiseSamples > 1 && isLattice)
            throw new ArgumentException(FormattableString.Invariant($"{nameof(NoiseSamples)} is {NoiseSamples}, but {Flow} has no noise, for it gives levels their probabilities: leave it at 1, or take a coupling flow."), nameof(NoiseSamples));
        if (isLattice || Flow == ImageFlow.GaussianDecoder)
        {
            string? option = Attention ? nameof(Attention) : MaximumPooling ? nameof(MaximumPooling) : AbsoluteValues ? nameof(AbsoluteValues) : AutoregressivePrior ? nameof(AutoregressivePrior) : null;
            if (option is not null)
                throw new ArgumentException($"{option} is set, but {Flow} has no couplings: leave it out, or take a coupling flow such as {nameof(ImageFlow.MixtureCoupling)}.", option);
        }
        if (AbsoluteValues && MaximumPooling)
            throw new ArgumentException($"{nameof(AbsoluteValues)} and {nameof(MaximumPooling)} are both set, but what is less than the largest has no signs: set one of them.", nameof(AbsoluteValues));
        if ((Height is null) != (Width is null))
            throw new ArgumentException($"Only one of {nameof(Height)} and {nameof(Width)} is set: set both, or neither where the column of pixels has dimensions.", Height is null ? nameof(Height) : nameof(Width));
    }

    /// <summary>A copy that later changes of the original leave alone.</summary>
    internal ImageVariationalFlowOptions Copy()
    {
        var copy = (ImageVariationalFlowOptions)MemberwiseClone();
        copy.Training = Training.Copy();
        return copy;
    }
}
