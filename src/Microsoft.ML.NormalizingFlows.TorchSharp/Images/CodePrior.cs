using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>p(z) of the words of an image, each given those before it and told the one above: a Transformer with norms in front of its parts (Radford et al. 2019), over the words of the code book alone.</summary>
internal sealed class CodePrior : IDisposable
{
    /// <summary>In place of minus infinity.</summary>
    private const float Never = -1e9f;

    private readonly ImageSpec _spec;
    private readonly ImageWeights _weights;
    private readonly Tensor _mask;

    public CodePrior(ImageSpec spec, ImageWeights weights, Device device)
    {
        (_spec, _weights) = (spec, weights);
        int length = spec.CodeLength;
        var mask = new float[length * length];
        for (int row = 0; row < length; row++)
            mask.AsSpan(row * length + row + 1, length - row - 1).Fill(Never);
        using var onCpu = tensor(mask, [length, length]);
        _mask = ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }

    /// <summary>ln p of every word at each place given the words before it, (B, L, K).</summary>
    /// <param name="words">int64, (B, L).</param>
    /// <param name="context">(B, C)</param>
    public Tensor LogProbabilities(Tensor words, Tensor? context)
    {
        long count = words.shape[0], length = words.shape[1];
        int width = _spec.Codes!.PriorWidth;
        var start = Of("start").unsqueeze(0).expand(count, width);
        if (context is not null)
            start = start.Plus(nn.functional.linear(context, Of("context.weight")));
        var before = Of("words").index_select(0, words.narrow(1, 0, length - 1).reshape(-1)).reshape(count, length - 1, width);
        var y = cat([start.unsqueeze(1), before], 1).Plus(Of("position"));
        if (_spec.Codes.KnowsGrid && length > _spec.CodeColumns)
            y = y.Plus(Above(words));
        for (int layer = 0; layer < _spec.Codes.PriorLayers; layer++)
        {
            string name = $"layers.{layer}.";
            y = y.Plus(Dense(name + "mixed", Attention.Apply(Dense(name + "attention", Norm(name + "before", y)), width / CodeSpec.HeadWidth, _mask)));
            y = y.Plus(Dense(name + "narrow", nn.functional.gelu(Dense(name + "wide", Norm(name + "between", y)))));
        }
        var logits = Dense("logits", Norm("end", y));
        return nn.functional.log_softmax(_spec.Codes.KnowsGrid ? logits.Plus(Of("places")) : logits, 2);
    }

    /// <summary>ln p(z), (B).</summary>
    public Tensor LogProbability(Tensor words, Tensor? context) =>
        LogProbabilities(words, context).gather(2, words.unsqueeze(2)).squeeze(2).sum(1L);

    public void Dispose() => _mask.Dispose();

    // What the word above each says, (B, L, w): nothing in the first row.
    private Tensor Above(Tensor words)
    {
        long count = words.shape[0], columns = _spec.CodeColumns, known = words.shape[1] - columns;
        var above = Of("above").index_select(0, words.narrow(1, 0, known).reshape(-1)).reshape(count, known, _spec.Codes!.PriorWidth);
        return nn.functional.pad(above, [0, 0, columns, 0]);
    }

    private Tensor Norm(string name, Tensor input) => nn.functional.layer_norm(input, [_spec.Codes!.PriorWidth], Of(name + ".weight"), Of(name + ".bias"));

    private Tensor Dense(string name, Tensor input) => nn.functional.linear(input, Of(name + ".weight"), Of(name + ".bias"));

    private Tensor Of(string name) => _weights["prior." + name];
}
