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
