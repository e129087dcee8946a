using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// Drops a share p of activations while training and scales the rest by 1 / (1 - p); the identity in evaluation mode
/// (Srivastava et al. 2014). Whether activation (row, unit) is dropped follows from the seed and its place alone, so that any
/// engine drops the same ones, in any order: no generator of torch's is touched.
/// </summary>
internal sealed class Dropout : nn.Module
{
    private float _share;
    private uint _seed;

    public Dropout() : base(nameof(Dropout))
    {
    }

    /// <summary>Tells the dropout layers below <paramref name="root"/> the share to drop, and gives them the seeds from <paramref name="seed"/> on, in their order.</summary>
    /// <param name="root">The flow.</param>
    /// <param name="share">p, in [0, 1).</param>
    /// <param name="seed">Of this step.</param>
    public static void Set(nn.Module root, double share, uint seed)
    {
        if (share is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share of activations to drop is 0 or more, and below 1.");
        foreach (nn.Module module in root.modules().Prepend(root))
            if (module is Dropout dropout)
                (dropout._share, dropout._seed) = ((float)share, seed++);
    }

    /// <param name="input">(B, H)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor input)
    {
        if (_share == 0 || !training)
            return input;
        var kept = new float[input.numel()];
        float scale = 1 / (1 - _share);
        uint counter = CounterHash.Start(_seed);
        for (int i = 0; i < kept.Length; i++)
            kept[i] = CounterHash.Uniform(counter + (uint)i) < _share ? 0 : scale;
        return kept.Length == 0 ? input : input * tensor(kept, input.shape).to(input.dtype, input.device);
    }
}
