using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The encoder q(z | x) of K discrete states: D - H - H - K with ReLU, giving logits, <c>q = softmax(logits)</c>. Its
/// input is held within <see cref="InputRange"/>.
/// </summary>
internal sealed class Encoder : nn.Module
{
    private readonly Dense first;
    private readonly Dense second;
    private readonly Dense final;
    private readonly int _dimensions;

    public Encoder(int dimensions, int hidden, int states) : base(nameof(Encoder))
    {
        _dimensions = dimensions;
        first = new Dense(dimensions, hidden);
        second = new Dense(hidden, hidden);
        final = new Dense(hidden, states);
        RegisterComponents();
    }

    /// <summary>The logits of q(z | x).</summary>
    /// <param name="x">(B, D), standardised.</param>
    /// <returns>(B, K)</returns>
    /// <exception cref="ArgumentException">The shape is not (B, D).</exception>
    public Tensor Forward(Tensor x)
    {
        long[] shape = x.shape;
        if (shape.Length != 2 || shape[1] != _dimensions)
            throw new ArgumentException($"The points have shape ({string.Join(", ", shape)}), not (B, {_dimensions}).");
        using var scope = NewDisposeScope();
        Tensor hidden = nn.functional.relu(first.Forward(InputRange.Clamp(x)));
        hidden = nn.functional.relu(second.Forward(hidden));
        return final.Forward(hidden).MoveToOuterDisposeScope();
    }
}
