using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The encoder q(z | x): D - H - H - K with ReLU, giving the logits of K discrete states, <c>q = softmax(logits)</c>, or m and r of a continuous latent,
/// to the first of which a linear part is added. Its input is held within <see cref="InputRange"/>.
/// </summary>
internal sealed class Encoder : nn.Module
{
    private readonly Dense first;
    private readonly Dense second;
    private readonly Dense final;
    private readonly Projection? axes;
    private readonly int _dimensions;

    public Encoder(int dimensions, int hidden, int states, int latentDimensions = 0) : base(nameof(Encoder))
    {
        axes = latentDimensions > 0 ? new Projection(dimensions, latentDimensions) : null;
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
        Tensor input = InputRange.Clamp(x);
        Tensor hidden = nn.functional.relu(first.Forward(input));
        hidden = nn.functional.relu(second.Forward(hidden));
        Tensor output = final.Forward(hidden);
        if (axes is not null)
        {
            long half = output.shape[1] / 2;
            output = cat([output.narrow(1, 0, half).Plus(axes.Forward(input)), output.narrow(1, half, half)], 1);
        }
        return output.MoveToOuterDisposeScope();
    }
}
