using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>What a network sees beside its own pixels.</summary>
/// <param name="Context">What the density is given, (B, C); null for nothing.</param>
/// <param name="Codes">What the words of each image stand for, (B, rows of codes, columns of codes, e); null for none.</param>
internal readonly record struct Conditions(Tensor? Context, Tensor? Codes)
{
    /// <summary>A number for each random choice of an image, where a layer that is inverted leaves something open.</summary>
    public Func<int, double>? Uniform { get; init; }
}

/// <summary>
/// Residual blocks of convolutions over a lattice. Images are (B, rows, columns, channels): the channels of a pixel stand side by side, so that a convolution of one pixel is a product of
/// matrices.
/// </summary>
/// <param name="spec">The flow.</param>
/// <param name="weights">Its arrays.</param>
/// <param name="name">That those of the network begin with.</param>
/// <param name="strictMask">What the first convolution sees, and what the others do; null for all.</param>
/// <param name="mask">See <paramref name="strictMask"/>.</param>
internal sealed class ConvolutionNetwork(ImageSpec spec, ImageWeights weights, string name, Tensor? strictMask = null, Tensor? mask = null)
{
    /// <summary>Heads of attention, where they divide the channels.</summary>
    private const int MaximumHeads = 4;

    /// <summary>(B, rows, columns, h)</summary>
    /// <param name="input">(B, rows, columns, channels); null where nothing is seen but what is given.</param>
    /// <param name="count">B.</param>
    /// <param name="given">What it sees beside.</param>
    public Tensor Features(Tensor? input, long count, Conditions given)
    {
        var y = input is null ? Offsets(count, given) : Convolve("input", input).Plus(Offsets(count, given));
        bool attends = weights.Has($"{name}.attention.weight");
        for (int block = 0; block < spec.Blocks; block++)
        {
            // In front of the last block: a convolution follows on what all pixels say.
            if (attends && block == spec.Blocks - 1)
                y = y.Plus(Attended(y));
            y = Block(block, y, Convolve);
        }
        return y;
    }

    /// <summary>What follows from the place and what is given alone, (B, rows, columns, h).</summary>
    public Tensor Offsets(long count, Conditions given)
    {
        var place = this["position"];
        var y = place.unsqueeze(0).expand(count, -1, -1, -1);
        if (given.Context is not null)
            y = y.Plus(nn.functional.linear(given.Context, this["context.weight"]).unsqueeze(1).unsqueeze(1));
        if (given.Codes is not null)
            y = y.Plus(Spread(nn.functional.linear(given.Codes, this["codes.weight"]), place.shape[0], place.shape[1]));
        return y;
    }

    /// <summary>A residual block.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="y">Whose last dimension is h.</param>
    /// <param name="convolve">The convolution of a name.</param>
    public Tensor Block(int block, Tensor y, Func<string, Tensor, Tensor> convolve)
    {
        var inner = Dense($"blocks.{block}.narrow", nn.functional.relu(y));
        inner = convolve($"blocks.{block}.near", nn.functional.relu(inner));
        return y.Plus(Dense($"blocks.{block}.wide", nn.functional.relu(inner)));
    }

    /// <summary>The weights of a convolution, 0 where a mask hides what they see, (out, in, size, size).</summary>
    public Tensor Kernel(string layer)
    {
        Tensor weight = this[layer + ".weight"];
        return (layer == "input" ? strictMask : mask) is { } seen ? weight * seen : weight;
    }

    /// <summary>A linear layer of the network.</summary>
    public Tensor Dense(string layer, Tensor input) => nn.functional.linear(input, this[layer + ".weight"], this[layer + ".bias"]);

    public Tensor this[string array] => weights[$"{name}.{array}"];

    /// <summary>A convolution of the network, (B, rows, columns, channels), filled up with 0 around the lattice.</summary>
    public Tensor Convolve(string layer, Tensor input)
    {
        var weight = Kernel(layer);
        long reach = weight.shape[2] / 2;
        return nn.functional.conv2d(input.permute(0, 3, 1, 2), weight, this[layer + ".bias"], padding: [reach, reach]).permute(0, 2, 3, 1);
    }

    // What each pixel takes of all, through a gate.
    private Tensor Attended(Tensor y)
    {
        var (count, rows, columns, hidden) = (y.shape[0], y.shape[1], y.shape[2], y.shape[3]);
        var seen = nn.functional.layer_norm(y.reshape(count, rows * columns, hidden), [hidden]);
        var taken = Dense("attended", Attention.Apply(Dense("attention", seen), hidden % MaximumHeads == 0 ? MaximumHeads : 1));
        return (taken.narrow(2, 0, hidden) * taken.narrow(2, hidden, hidden).sigmoid()).reshape(count, rows, columns, hidden);
    }

    // Each value of a grid to all pixels that it stands for; on a coarser lattice, to the pixel that stands for it.
    private static Tensor Spread(Tensor grid, long rows, long columns)
    {
        long count = grid.shape[0], down = rows / grid.shape[1], across = columns / grid.shape[2], hidden = grid.shape[3];
        return grid.unsqueeze(2).unsqueeze(4).expand(count, grid.shape[1], down, grid.shape[2], across, hidden).reshape(count, rows, columns, hidden);
    }
}
