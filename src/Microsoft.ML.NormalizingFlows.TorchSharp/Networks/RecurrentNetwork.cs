using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A gated recurrent unit (Cho et al. 2014) that reads features one after another; what it remembers goes through some <see cref="ResidualBlock"/>s and a
/// linear layer to the raw parameters of the next. With x the feature before, c the context and h what is remembered: <c>r, u = sigmoid(W [x, c] + e_i + V h)</c>,
/// <c>n = tanh(W [x, c] + e_i + r V h)</c>, <c>h' = (1 - u) n + u h</c>. The vectors e_i and the shift of the last layer belong to a feature, all else to all.
/// </summary>
internal sealed class RecurrentNetwork : nn.Module
{
    private readonly Projection input;
    private readonly Parameter features;
    private readonly Dense hidden;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly Projection final;
    private readonly Parameter shift;
    private readonly int _units;
    private readonly int _stateWidth;
    private readonly int _parametersPerFeature;

    public RecurrentNetwork(int dimensions, int parametersPerFeature, NetworkSpec network, int stateWidth, int given) : base(nameof(RecurrentNetwork))
    {
        (_units, _stateWidth, _parametersPerFeature) = (network.HiddenUnits, stateWidth, parametersPerFeature);
        ContextWidth = stateWidth + given;
        input = new Projection(1 + ContextWidth, 3 * _units);
        features = ModuleTensors.Learned(dimensions, 3 * _units);
        hidden = new Dense(_units, 3 * _units);
        blocks = new ModuleList<ResidualBlock>([.. Enumerable.Range(0, network.Blocks).Select(_ => new ResidualBlock(_units, stateWidth))]);
        final = new Projection(_units, parametersPerFeature);
        shift = ModuleTensors.Learned(dimensions, parametersPerFeature);
        RegisterComponents();
    }

    public int ContextWidth { get; }

    /// <summary>What is remembered before the first feature.</summary>
    public Tensor Start(Tensor points) => zeros(points.shape[0], _units, points.dtype, points.device);

    /// <summary>What is remembered in front of feature <paramref name="feature"/>.</summary>
    /// <param name="before">(B, 1), the feature before it; 0 before the first.</param>
    /// <param name="memory">(B, H), what was remembered in front of that.</param>
    /// <param name="context">(B, <see cref="ContextWidth"/>)</param>
    /// <param name="feature">From 0 on.</param>
    public Tensor Read(Tensor before, Tensor memory, Tensor? context, int feature)
    {
        Tensor given = input.Forward(ContextWidth > 0 ? cat([before, context!], 1) : before).Plus(features[feature]), kept = hidden.Forward(memory);
        Tensor gates = given.narrow(1, 0, 2 * _units).Plus(kept.narrow(1, 0, 2 * _units)).sigmoid();
        Tensor reset = gates.narrow(1, 0, _units), update = gates.narrow(1, _units, _units);
        Tensor next = given.narrow(1, 2 * _units, _units).Plus(reset * kept.narrow(1, 2 * _units, _units)).tanh();
        return next.Plus(update * (memory - next));
    }

    /// <summary>The raw parameters of all features, (B, D P), of what is remembered in front of each, D times (B, H).</summary>
    public Tensor Parameters(IReadOnlyList<Tensor> memories, Tensor? context)
    {
        long rows = memories[0].shape[0], dimensions = memories.Count;
        Tensor all = stack(memories, 1).reshape(rows * dimensions, _units);
        Tensor? state = State(context)?.unsqueeze(1).expand(rows, dimensions, _stateWidth).reshape(rows * dimensions, _stateWidth);
        return Outputs(all, state).reshape(rows, dimensions, _parametersPerFeature).Plus(shift).reshape(rows, dimensions * _parametersPerFeature);
    }

    /// <summary>The raw parameters of one feature, (B, P).</summary>
    public Tensor Parameters(Tensor memory, Tensor? context, int feature) => Outputs(memory, State(context)).Plus(shift[feature]);

    private Tensor Outputs(Tensor memory, Tensor? state)
    {
        foreach (ResidualBlock block in blocks)
            memory = block.Forward(memory, state);
        return final.Forward(memory);
    }

    private Tensor? State(Tensor? context) => _stateWidth == 0 ? null : context!.narrow(1, 0, _stateWidth);
}
