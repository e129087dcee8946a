using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The conditioner of an autoregressive layer: a residual network of masked linear layers, in which the parameters of
/// feature i see the features before it alone (Germain et al. 2015, MADE). The context is not masked:
/// <c>h = W0 [x, c] + relu(Wz z)</c> with a one-hot state z and c, what the density is given, some <see cref="MaskedResidualBlock"/>s, a last masked layer that starts near 0.
/// </summary>
internal sealed class MaskedResidualNetwork : Conditioner
{
    private readonly MaskedDense initial;
    private readonly Dense? context;
    private readonly ModuleList<MaskedResidualBlock> blocks;
    private readonly MaskedDense final;

    /// <param name="dimensions">D, features in order.</param>
    /// <param name="parametersPerFeature">P, outputs of each feature, next to one another.</param>
    /// <param name="hiddenDegrees">The degree of each hidden unit, see <see cref="MaskDegrees"/>.</param>
    /// <param name="stateWidth">K, 0 for no state.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="given">C, the values that the density is given.</param>
    public MaskedResidualNetwork(
        int dimensions, int parametersPerFeature, int[] hiddenDegrees, int stateWidth, int blocks, int given = 0)
        : base(nameof(MaskedResidualNetwork), dimensions, dimensions * parametersPerFeature, stateWidth, given)
    {
        int[] inputDegrees = [.. Enumerable.Range(1, dimensions)];
        int[] outputDegrees = [.. inputDegrees.SelectMany(degree => Enumerable.Repeat(degree, parametersPerFeature))];
        initial = new MaskedDense([.. inputDegrees, .. new int[given]], hiddenDegrees, strict: false);
        context = stateWidth > 0 ? new Dense(stateWidth, hiddenDegrees.Length) : null;
        this.blocks = new ModuleList<MaskedResidualBlock>(
            [.. Enumerable.Range(0, blocks).Select(_ => new MaskedResidualBlock(hiddenDegrees, stateWidth))]);
        final = new MaskedDense(hiddenDegrees, outputDegrees, strict: true);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor input, Tensor? context)
    {
        Tensor hidden = initial.Forward(Given == 0 ? input : cat([input, context!.narrow(1, StateWidth, Given)], 1));
        Tensor? state = State(context);
        if (state is not null)
            hidden = hidden.Plus(nn.functional.relu(this.context!.Forward(state)));
        foreach (MaskedResidualBlock block in blocks)
            hidden = block.Forward(hidden, state);
        return final.Forward(hidden);
    }
}

/// <summary>
/// A pre-activation residual block of masked layers, to which the state is added, unmasked:
/// <c>h + W1 dropout(relu(W0 relu(h) + Wz z))</c> (He et al. 2016, Identity Mappings; Germain et al. 2015, MADE).
/// </summary>
internal sealed class MaskedResidualBlock : nn.Module
{
    private readonly MaskedDense first;
    private readonly MaskedDense second;
    private readonly Dense? context;
    private readonly Dropout dropout;

    public MaskedResidualBlock(int[] degrees, int stateWidth) : base(nameof(MaskedResidualBlock))
    {
        first = new MaskedDense(degrees, degrees, strict: false);
        second = new MaskedDense(degrees, degrees, strict: false);
        context = stateWidth > 0 ? new Dense(stateWidth, degrees.Length) : null;
        dropout = new Dropout();
        RegisterComponents();
    }

    /// <param name="hidden">(B, H)</param>
    /// <param name="state">(B, K)</param>
    /// <returns>(B, H)</returns>
    public Tensor Forward(Tensor hidden, Tensor? state)
    {
        Tensor branch = first.Forward(nn.functional.relu(hidden));
        if (context is not null)
            branch = branch.Plus(context.Forward(state!));
        return hidden.Plus(second.Forward(dropout.Forward(nn.functional.relu(branch))));
    }
}
