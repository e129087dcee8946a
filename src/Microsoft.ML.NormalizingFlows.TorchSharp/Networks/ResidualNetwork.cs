using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The conditioner of a coupling: <c>h = W0 [input, context]</c>, some <see cref="ResidualBlock"/>s, and a last linear
/// layer that starts near 0 (Durkan et al. 2019, Neural Spline Flows, after He et al. 2016).
/// </summary>
internal sealed class ResidualNetwork : Conditioner
{
    private readonly Dense initial;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly Dense final;

    public ResidualNetwork(int inputs, int outputs, int contextWidth, NetworkSpec network)
        : base(nameof(ResidualNetwork), inputs, outputs, contextWidth)
    {
        initial = new Dense(inputs + contextWidth, network.HiddenUnits);
        blocks = new ModuleList<ResidualBlock>(
            [.. Enumerable.Range(0, network.Blocks).Select(_ => new ResidualBlock(network.HiddenUnits, contextWidth))]);
        final = new Dense(network.HiddenUnits, outputs);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor input, Tensor? context)
    {
        Tensor hidden = initial.Forward(ContextWidth > 0 ? cat([input, context!], 1) : input);
        foreach (ResidualBlock block in blocks)
            hidden = block.Forward(hidden, context);
        return final.Forward(hidden);
    }
}

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
