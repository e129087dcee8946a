using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The conditioner of a coupling: <c>h = W0 [input, context]</c>, the context a one-hot state and what the density is given, some <see cref="ResidualBlock"/>s, and a last linear
/// layer that starts near 0 (Durkan et al. 2019, Neural Spline Flows, after He et al. 2016).
/// </summary>
internal sealed class ResidualNetwork : Conditioner
{
    private readonly Dense initial;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly Dense final;

    public ResidualNetwork(int inputs, int outputs, int stateWidth, NetworkSpec network, int given = 0)
        : base(nameof(ResidualNetwork), inputs, outputs, stateWidth, given)
    {
        initial = new Dense(inputs + stateWidth + given, network.HiddenUnits);
        blocks = new ModuleList<ResidualBlock>(
            [.. Enumerable.Range(0, network.Blocks).Select(_ => new ResidualBlock(network.HiddenUnits, stateWidth))]);
        final = new Dense(network.HiddenUnits, outputs);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor input, Tensor? context)
    {
        Tensor hidden = initial.Forward(ContextWidth > 0 ? cat([input, context!], 1) : input);
        foreach (ResidualBlock block in blocks)
            hidden = block.Forward(hidden, State(context));
        return final.Forward(hidden);
    }
}

/// <summary>
/// A pre-activation residual block whose branch the state gates:
/// <c>h + (W1 dropout(relu(W0 relu(h)))) * sigmoid(Wz z)</c>, a gated linear unit (He et al. 2016, Identity
/// Mappings; Dauphin et al. 2017, gated linear units). Without states there is no gate.
/// </summary>
internal sealed class ResidualBlock : nn.Module
{
    private readonly Dense first;
    private readonly Dense second;
    private readonly Dense? gate;
    private readonly Dropout dropout;

    public ResidualBlock(int hidden, int stateWidth) : base(nameof(ResidualBlock))
    {
        first = new Dense(hidden, hidden);
        second = new Dense(hidden, hidden);
        gate = stateWidth > 0 ? new Dense(stateWidth, hidden) : null;
        dropout = new Dropout();
        RegisterComponents();
    }

    /// <param name="hidden">(B, H)</param>
    /// <param name="state">(B, K)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor hidden, Tensor? state)
    {
        Tensor branch = first.Forward(nn.functional.relu(hidden));
        branch = second.Forward(dropout.Forward(nn.functional.relu(branch)));
        if (gate is not null)
            branch = branch * gate.Forward(state!).sigmoid();
        return hidden.Plus(branch);
    }
}
