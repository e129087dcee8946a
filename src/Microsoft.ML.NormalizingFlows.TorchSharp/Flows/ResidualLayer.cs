using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>A residual map of all features, see <see cref="ResidualMap"/>; what is given goes through a matrix into its first layer.</summary>
internal sealed class ResidualLayer : Bijection
{
    private readonly Dense first;
    private readonly Projection? context;
    private readonly ModuleList<Dense> blocks;
    private readonly Dense final;
    private readonly Parameter sharpness;

    public ResidualLayer(int dimensions, ResidualSpec spec, int contextWidth) : base(nameof(ResidualLayer), dimensions, contextWidth)
    {
        int hidden = spec.Network.HiddenUnits;
        first = new Dense(dimensions, hidden);
        context = contextWidth > 0 ? new Projection(contextWidth, hidden) : null;
        blocks = new ModuleList<Dense>([.. Enumerable.Range(0, spec.Network.Blocks).Select(_ => new Dense(hidden, hidden))]);
        final = new Dense(hidden, dimensions);
        sharpness = ModuleTensors.Learned(1 + spec.Network.Blocks);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context) => Map().Forward(x, this.context?.Forward(context!));

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context) => Map().Inverse(y, this.context?.Forward(context!));

    private ResidualMap Map() => new([.. new[] { first }.Concat(blocks).Append(final).Select(layer => (layer.Weight, layer.Bias))], sharpness);
}
