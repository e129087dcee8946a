using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A pre-activation residual block whose branch the context gates:
/// <c>h + (W1 dropout(relu(W0 relu(h)))) * sigmoid(Wc context)</c>, a gated linear unit (He et al. 2016, Identity
/// Mappings; Dauphin et al. 2017, gated linear units). Without a context there is no gate.
/// </summary>
internal sealed class ResidualBlock : nn.Module
{
    private readonly Dense first;
    private readonly Dense second;
    private readonly Dense? gate;
    private readonly Dropout dropout;

    public ResidualBlock(int hidden, int contextWidth) : base(nameof(ResidualBlock))
    {
        first = new Dense(hidden, hidden);
        second = new Dense(hidden, hidden);
        gate = contextWidth > 0 ? new Dense(contextWidth, hidden) : null;
        dropout = new Dropout();
        RegisterComponents();
    }

    /// <param name="hidden">(B, H)</param>
    /// <param name="context">(B, C)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor hidden, Tensor? context)
    {
        Tensor branch = first.Forward(nn.functional.relu(hidden));
        branch = second.Forward(dropout.Forward(nn.functional.relu(branch)));
        if (gate is not null)
            branch = branch * gate.Forward(context!).sigmoid();
        return hidden.Plus(branch);
    }
}
