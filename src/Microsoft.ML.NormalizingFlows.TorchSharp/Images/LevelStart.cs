using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// Levels with noise u between them to the real line: the distribution function F of the levels of a place, piecewise linear, and its logit. With the shares p of levels, <c>F = below + p u</c> and
/// <c>1 - F = above + p (1 - u)</c>, each summed from its own end, so that no digit is lost in either tail.
/// </summary>
internal sealed class LevelStart : IDisposable
{
    private readonly int _levels;
    private readonly double[] _shares, _below, _above;
    private readonly Tensor _share, _belowTable, _aboveTable, _offsets;

    public LevelStart(ImageSpec spec, ImageWeights weights)
    {
        _levels = spec.LevelCount;
        var start = weights[ImageCouplingSpec.Start + "shares"];
        int values = (int)start.shape[0];
        _shares = Array.ConvertAll(FlowArrays.Copy("", start.to(float32)).Values, share => Math.Max((double)share, 1e-9));
        (_below, _above) = (new double[_shares.Length], new double[_shares.Length]);
        for (int place = 0; place < values; place++)
        {
            var own = _shares.AsSpan(place * _levels, _levels);
            double sum = 0;
            foreach (double share in own)
                sum += share;
            for (int level = 0; level < _levels; level++)
                own[level] /= sum;
            for (int level = 1; level < _levels; level++)
            {
                _below[place * _levels + level] = _below[place * _levels + level - 1] + own[level - 1];
                _above[place * _levels + _levels - 1 - level] = _above[place * _levels + _levels - level] + own[_levels - level];
            }
        }
        _share = Table(_shares);
        _belowTable = Table(_below);
        _aboveTable = Table(_above);
        using var offsets = tensor(Enumerable.Range(0, values).Select(place => (long)place * _levels).ToArray(), [1, spec.PaddedHeight, spec.PaddedWidth, spec.Shape.Channels]);
        _offsets = ImageWeights.Copied(offsets, weights.Device).DetachFromDisposeScope();

        Tensor Table(double[] numbers)
        {
            using var onCpu = tensor(numbers, dtype: start.dtype);
            return ImageWeights.Copied(onCpu, weights.Device).DetachFromDisposeScope();
        }
    }

    /// <summary>Numbers on the real line, and ln of the volume, (B).</summary>
    /// <param name="levels">int64, (B, H, W, C).</param>
    /// <param name="noise">Within (0, 1), of the same shape.</param>
    public ValueAndLogDeterminant Forward(Tensor levels, Tensor noise)
    {
        long[] shape = noise.shape;
        var index = levels.Plus(_offsets).reshape(-1);
        Tensor Of(Tensor table) => table.index_select(0, index).reshape(shape);
        var share = Of(_share);
        var logBelow = Of(_belowTable).Plus(share * noise).log();
        var logAbove = Of(_aboveTable).Plus(share * (-noise).Plus(1)).log();
        return new(logBelow - logAbove, (share.log() - logBelow - logAbove).reshape(shape[0], shape[1] * shape[2] * shape[3]).sum(1L));
    }

    /// <summary>The level of a place that a number belongs to.</summary>
    /// <param name="place">Of the image, channels of a pixel side by side.</param>
    /// <param name="number">On the real line.</param>
    public byte Level(int place, float number)
    {
        var below = _below.AsSpan(place * _levels, _levels);
        var above = _above.AsSpan(place * _levels, _levels);
        double smaller = 1 / (1 + Math.Exp(Math.Abs((double)number)));
        int level = 0;
        if (number < 0)
        {
            for (; level < _levels - 1 && smaller >= below[level + 1]; level++)
            {
            }
            return (byte)level;
        }
        for (level = _levels - 1; level > 0 && smaller >= above[level - 1]; level--)
        {
        }
        return (byte)level;
    }

    public void Dispose()
    {
        _share.Dispose();
        _belowTable.Dispose();
        _aboveTable.Dispose();
        _offsets.Dispose();
    }
}
