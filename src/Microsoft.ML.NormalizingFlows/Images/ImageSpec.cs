using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// The one description of a flow of images: p(x) as a product over the lattice of the pixels, <c>p(x) = prod_i p(x_i | those before)</c>. The map of a pixel
/// is the distribution function of its levels, piecewise linear between them; with uniform noise on the levels its density is the probability of the
/// levels without any gap (Nielsen and Winther 2020, Closing the Dequantization Gap: PixelCNN as a Single-Layer Flow).
/// </summary>
internal sealed record ImageSpec
{
    /// <summary>Halvings of a polyphase flow: a coarse image of every fourth pixel of every fourth line.</summary>
    public const int PolyphaseLevels = 2;

    public const int MaximumHiddenChannels = 1_024, MaximumBlocks = 64, MaximumBits = 8;

    /// <summary>Logistics of a mixture.</summary>
    public const int MixtureComponents = 10;

    public required ImageShape Shape { get; init; }

    /// <summary>Bits of a level, from 1 to 8: levels are 0 .. 2^b - 1.</summary>
    public required int Bits { get; init; }

    /// <summary>Times that the lattice is halved: 0 is line by line, else every 2^n-th pixel of every 2^n-th line comes first.</summary>
    public required int Levels { get; init; }

    /// <summary>h, channels of the networks; even.</summary>
    public required int HiddenChannels { get; init; }

    /// <summary>Residual blocks of a network.</summary>
    public required int Blocks { get; init; }

    /// <summary>The level that has a probability of its own in front of the others: the most frequent one.</summary>
    public required int Background { get; init; }

    /// <summary>Logistics of the distribution of a level; 0 for a probability of its own for each level.</summary>
    public required int Components { get; init; }

    /// <summary>Values that the density is given; 0 for none.</summary>
    public int Context { get; init; }

    /// <summary>The sequential latent; null for none.</summary>
    public CodeSpec? Codes { get; init; }

    /// <summary>A latent of an image as a whole; null for none.</summary>
    public ImageLatentSpec? Latent { get; init; }

    /// <summary>Channels of the grid that the networks see, of words or of a latent; 0 for none.</summary>
    public int GridChannels => Codes?.Dimensions ?? (Latent is null ? 0 : ImageLatentSpec.GridChannels);

    /// <summary>A coupling flow in place of one over the lattice; null for the latter.</summary>
    public ImageCouplingSpec? Couplings { get; init; }

    /// <summary>How many terms log p(x) is a sum of: one a value, or one where a flow maps all together.</summary>
    public int Terms => Couplings is null && Latent is null ? Shape.Values : 1;

    /// <summary>Whether the levels are counted given their neighbours, as what images are compared with.</summary>
    public bool HasBackground { get; init; }

    /// <summary>What the log-density is.</summary>
    public string DensityKind
    {
        get
        {
            var bounds = new List<string>();
            if (Latent is { Kind: ImageLatent.Continuous })
                bounds.Add(FormattableString.Invariant($"ImportanceWeightedBound({Latent.Draws})"));
            if (Codes is not null)
                bounds.Add(FormattableString.Invariant($"TopCodesBound({Codes.TopCodes})"));
            if (Couplings is not null)
                bounds.Add(FormattableString.Invariant($"DequantizationBound({Couplings.Draws})"));
            return bounds.Count == 0 ? "Exact" : string.Join(", ", bounds);
        }
    }

    public int LevelCount => 1 << Bits;

    public int PaddedHeight => (Shape.Height + Unit - 1) / Unit * Unit;

    public int PaddedWidth => (Shape.Width + Unit - 1) / Unit * Unit;

    /// <summary>Rows and columns of the grid of codes.</summary>
    public int CodeRows => PaddedHeight >> CodeSpec.Halvings;

    public int CodeColumns => PaddedWidth >> CodeSpec.Halvings;

    /// <summary>L, the codes of an image; 0 where there is no sequential latent.</summary>
    public int CodeLength => Codes is null ? 0 : CodeRows * CodeColumns;

    // What the height and the width are filled up to a multiple of, with pixels that are known.
    private int Unit => 1 << Math.Max(Couplings is null ? Levels : ImageCouplingSpec.Scales, GridChannels == 0 ? 0 : CodeSpec.Halvings);

    /// <summary>The networks of a flow over the lattice, in the order in which the pixels are drawn.</summary>
    public IReadOnlyList<PixelGroup> Groups()
    {
        if (Couplings is not null)
            return [];
        int stride = 1 << Levels;
        var groups = new List<PixelGroup> { new("coarse", stride, [], (0, 0)) };
        for (; stride > 1; stride /= 2)
        {
            int half = stride / 2;
            // The diagonal first: it has neighbours known on all sides, and the other two then have four at a distance of one.
            (int, int) corner = (0, 0), diagonal = (half, half), right = (0, half), below = (half, 0);
            groups.Add(new($"diagonal{half}", stride, [corner], diagonal));
            groups.Add(new($"right{half}", stride, [corner, diagonal], right));
            groups.Add(new($"below{half}", stride, [corner, diagonal, right], below));
        }
        return groups;
    }

    /// <summary>Every learned array, with what it starts from.</summary>
    public IReadOnlyList<ParameterSpec> Parameters()
    {
        var list = new ImageParameters();
        foreach (var group in Groups())
        {
            list.Begin(group.Name);
            int hidden = HiddenChannels, width = 2 * hidden, rows = PaddedHeight / group.Stride, columns = PaddedWidth / group.Stride;
            if (group.IsMasked)
                list.AddNetwork(this, rows, columns, 2 * Shape.Channels, PixelGroup.MaskedKernel, maskedTo: 2);
            else
                list.AddNetwork(this, rows, columns, 2 * Shape.Channels * group.Known.Count, PixelGroup.Kernel, maskedTo: 1);
            list.AddDense("hidden", hidden, width);
            for (int channel = 0; channel < Shape.Channels; channel++)
            {
                if (channel > 0)
                    list.Add($"channels.{channel}.before.weight", ParameterStart.Zeros, width, 2 * channel);
                list.AddDense($"channels.{channel}.background", width, 1, gain: 0);
                if (Components == 0)
                    list.AddDense($"channels.{channel}.levels", width, LevelCount, gain: 0);
                else
                    list.AddDense($"channels.{channel}.logistics", width, 3 * Components, gain: 0, bias: LogisticStart);
            }
        }
        Couplings?.AddTo(list, this);
        if (HasBackground)
        {
            list.Begin(BackgroundModel.Part);
            list.Add(BackgroundModel.Shares, ParameterStart.Constant(1f / LevelCount), Shape.Channels * BackgroundModel.Neighbourhoods, LevelCount);
        }
        Codes?.AddTo(list, this);
        Latent?.AddTo(list, this);
        return list.Items;
    }

    /// <summary>Whether gradients change an array; the others are counted, or running means.</summary>
    public static bool IsLearned(string array) =>
        !new[] { CodeSpec.Book, ImageCouplingSpec.Start, BackgroundModel.Part + "." }.Any(part => array.StartsWith(part, StringComparison.Ordinal));

    /// <summary>The start values of all arrays.</summary>
    public IReadOnlyList<NamedArray> Start(ulong seed) =>
    [
        .. Parameters().Select((parameter, i) =>
        {
            var values = new float[parameter.Length];
            parameter.Start(RandomStream.For(seed, parameter.Name), values);
            return new NamedArray(parameter.Name, parameter.Shape, values);
        }),
    ];

    /// <summary>Checks a description that a file claims.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is impossible.</exception>
    public void Validate()
    {
        Ranges.Integer("The number of channels", Shape.Channels, 1, FlowLimits.Dimensions);
        Ranges.Integer("The height", Shape.Height, 1, FlowLimits.Dimensions);
        Ranges.Integer("The width", Shape.Width, 1, FlowLimits.Dimensions);
        Ranges.Integer("The number of values of an image", (long)Shape.Channels * Shape.Height * Shape.Width, 1, FlowLimits.Dimensions);
        Ranges.Integer("The number of bits", Bits, 1, MaximumBits);
        Ranges.Integer("The number of halvings", Levels, 0, PolyphaseLevels);
        Ranges.Integer("The number of hidden channels", HiddenChannels, 2, MaximumHiddenChannels);
        Ranges.Integer("The number of blocks", Blocks, 1, MaximumBlocks);
        Ranges.Integer("The background", Background, 0, LevelCount - 1);
        Ranges.Integer("The number of logistics", Components, 0, MixtureComponents);
        Ranges.Integer("The number of context values", Context, 0, FlowLimits.Dimensions);
        Codes?.Validate();
        Latent?.Validate();
        if (Codes is not null && Latent is not null)
            throw new ArgumentOutOfRangeException(nameof(Latent), "There are two latents.");
        Couplings?.Validate();
    }

    // Weights even, means spread over the levels on the scale from -1 to 1, deviations a fifth of it.
    private void LogisticStart(RandomStream random, Span<float> values)
    {
        for (int k = 0; k < Components; k++)
        {
            values[Components + k] = 2 * (k + 0.5f) / Components - 1;
            values[2 * Components + k] = -1.6f;
        }
    }
}

/// <summary>Pixels that one network gives the distribution of.</summary>
/// <param name="Name">Of the network.</param>
/// <param name="Stride">From one pixel of the group to the next, across and down.</param>
/// <param name="Known">The first pixels of the groups that are known before, row and column; none where they are taken one after the other.</param>
/// <param name="First">The first pixel of this group.</param>
internal sealed record PixelGroup(string Name, int Stride, IReadOnlyList<(int Row, int Column)> Known, (int Row, int Column) First)
{
    /// <summary>The first convolution of a network that sees its own pixels, and of one that does not.</summary>
    public const int MaskedKernel = 7, Kernel = 5;

    /// <summary>Whether each pixel is given those before it in the group itself.</summary>
    public bool IsMasked => Known.Count == 0;
}
