using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
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

    public ResidualBlock(NetworkShape shape, RandomStream random) : base(nameof(ResidualBlock))
    {
        first = new Dense(shape.HiddenUnits, shape.HiddenUnits, random);
        second = new Dense(shape.HiddenUnits, shape.HiddenUnits, random, ParameterLimits.NearZero);
        gate = shape.ContextWidth > 0 ? new Dense(shape.ContextWidth, shape.HiddenUnits, random) : null;
        dropout = new Dropout(shape.Dropout);
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
