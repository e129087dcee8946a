using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Networks;

/// <summary>
/// Drops a share p of activations while training and scales the rest by 1 / (1 - p); the identity in evaluation mode
/// (Srivastava et al. 2014). The mask comes from a stream of its own: no generator of torch's is touched.
/// </summary>
internal sealed class Dropout : nn.Module
{
    private readonly double _share;
    private RandomStream _random;

    /// <param name="share">p, in [0, 1).</param>
    /// <param name="seed">The seed of the masks.</param>
    public Dropout(double share, ulong seed) : base(nameof(Dropout))
    {
        if (share is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of activations to drop is 0 or more, and below 1.");
        _share = share;
        _random = new RandomStream(seed);
    }

    /// <summary>
    /// Starts the masks of all dropout layers below <paramref name="root"/> anew, so that training that resumes draws
    /// what training without a break would have drawn.
    /// </summary>
    public static void Reseed(nn.Module root, ulong seed)
    {
        ulong index = 0;
        foreach (nn.Module module in root.modules())
            if (module is Dropout dropout)
                dropout._random = RandomStream.For(seed, "dropout", index++);
    }

    /// <param name="input">(B, H)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor input)
    {
        if (_share == 0 || !training)
            return input;
        var kept = new float[input.numel()];
        float scale = (float)(1 / (1 - _share));
        foreach (ref float value in kept.AsSpan())
            value = _random.NextUniform() < _share ? 0 : scale;
        return kept.Length == 0 ? input : input * tensor(kept, input.shape).to(input.dtype, input.device);
    }
}
