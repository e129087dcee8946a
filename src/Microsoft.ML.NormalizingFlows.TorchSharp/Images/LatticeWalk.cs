using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// The features of one pixel after another, of a network whose masks let a pixel see those before it alone. What a convolution has seen is kept, so that a pixel costs one product of
/// matrices a layer, whatever the size of the image (Ramachandran et al. 2017, Fast Generation for Convolutional Autoregressive Models).
/// </summary>
/// <remarks>For a call inside a dispose scope, which what is kept belongs to.</remarks>
internal sealed class LatticeWalk
{
    private readonly ImageSpec _spec;
    private readonly ConvolutionNetwork _network;
    private readonly Tensor _offsets;
    private readonly Dictionary<string, Seen> _seen = [];

    /// <param name="spec">The flow.</param>
    /// <param name="network">One with masks.</param>
    /// <param name="count">B.</param>
    /// <param name="given">What it sees beside.</param>
    public LatticeWalk(ImageSpec spec, ConvolutionNetwork network, long count, Conditions given)
    {
        (_spec, _network) = (spec, network);
        _offsets = network.Offsets(count, given);
        Keep("input");
        for (int block = 0; block < spec.Blocks; block++)
            Keep($"blocks.{block}.near");

        void Keep(string layer) => _seen.Add(layer, new Seen(network.Kernel(layer), network[layer + ".bias"], count, _offsets.shape[1], _offsets.shape[2]));
    }

    /// <summary>The features of a pixel, (B, h). Those of all pixels before it have been taken.</summary>
    public Tensor Features(int row, int column)
    {
        var y = _seen["input"].Convolve(row, column).Plus(_offsets.select(1, row).select(1, column));
        for (int block = 0; block < _spec.Blocks; block++)
            y = _network.Block(block, y, Convolve);
        return y;

        Tensor Convolve(string layer, Tensor input)
        {
            _seen[layer].Set(row, column, input);
            return _seen[layer].Convolve(row, column);
        }
    }

    /// <summary>Sets the numbers and flags of a pixel, (B, channels in).</summary>
    public void Set(int row, int column, Tensor input) => _seen["input"].Set(row, column, input);

    // What a convolution has seen, filled up with 0 around the lattice as it is itself; of the kernel, the rows down to its middle.
    private sealed class Seen
    {
        private readonly long _reach, _size;
        private readonly Tensor _inputs, _weight, _bias;

        public Seen(Tensor kernel, Tensor bias, long count, long rows, long columns)
        {
            (_size, _reach, _bias) = (kernel.shape[2], kernel.shape[2] / 2, bias);
            _weight = kernel.narrow(2, 0, _reach + 1).permute(0, 2, 3, 1).reshape(kernel.shape[0], -1);
            _inputs = zeros([count, rows + _reach, columns + 2 * _reach, kernel.shape[1]], kernel.dtype, kernel.device);
        }

        public void Set(int row, int column, Tensor input)
        {
            using var place = _inputs.select(1, row + _reach).select(1, column + _reach);
            place.copy_(input);
        }

        public Tensor Convolve(int row, int column)
        {
            var near = _inputs.narrow(1, row, _reach + 1).narrow(2, column, _size);
            return nn.functional.linear(near.reshape(near.shape[0], _weight.shape[1]), _weight, _bias);
        }
    }
}
