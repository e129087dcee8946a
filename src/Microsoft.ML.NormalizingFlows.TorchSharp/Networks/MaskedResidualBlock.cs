using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A pre-activation residual block of masked layers, to which the context is added, unmasked:
/// <c>h + W1 dropout(relu(W0 relu(h) + Wc context))</c> (He et al. 2016, Identity Mappings; Germain et al. 2015, MADE).
/// </summary>
internal sealed class MaskedResidualBlock : nn.Module
{
    private readonly MaskedDense first;
    private readonly MaskedDense second;
    private readonly Dense? context;
    private readonly Dropout dropout;

    public MaskedResidualBlock(int[] degrees, int contextWidth) : base(nameof(MaskedResidualBlock))
    {
        first = new MaskedDense(degrees, degrees, strict: false);
        second = new MaskedDense(degrees, degrees, strict: false);
        context = contextWidth > 0 ? new Dense(contextWidth, degrees.Length) : null;
        dropout = new Dropout();
        RegisterComponents();
    }

    /// <param name="hidden">(B, H)</param>
    /// <param name="context">(B, C)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor hidden, Tensor? context)
    {
        Tensor branch = first.Forward(nn.functional.relu(hidden));
        if (this.context is not null)
            branch = branch.Plus(this.context.Forward(context!));
        return hidden.Plus(second.Forward(dropout.Forward(nn.functional.relu(branch))));
    }
}
