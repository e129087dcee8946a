using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// The conditioner of an autoregressive layer: a residual network of masked linear layers, in which the parameters of
/// feature i see the features before it alone (Germain et al. 2015, MADE). The context is not masked:
/// <c>h = W0 x + relu(Wc context)</c>, some <see cref="MaskedResidualBlock"/>s, a last masked layer that starts near 0.
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
    /// <param name="contextWidth">C, 0 for no context.</param>
    /// <param name="blocks">Residual blocks.</param>
    public MaskedResidualNetwork(
        int dimensions, int parametersPerFeature, int[] hiddenDegrees, int contextWidth, int blocks)
        : base(nameof(MaskedResidualNetwork), dimensions, dimensions * parametersPerFeature, contextWidth)
    {
        int[] inputDegrees = [.. Enumerable.Range(1, dimensions)];
        int[] outputDegrees = [.. inputDegrees.SelectMany(degree => Enumerable.Repeat(degree, parametersPerFeature))];
        initial = new MaskedDense(inputDegrees, hiddenDegrees, strict: false);
        context = contextWidth > 0 ? new Dense(contextWidth, hiddenDegrees.Length) : null;
        this.blocks = new ModuleList<MaskedResidualBlock>(
            [.. Enumerable.Range(0, blocks).Select(_ => new MaskedResidualBlock(hiddenDegrees, contextWidth))]);
        final = new MaskedDense(hiddenDegrees, outputDegrees, strict: true);
        RegisterComponents();
    }

    public override Tensor Forward(Tensor input, Tensor? context)
    {
        Tensor hidden = initial.Forward(input);
        if (this.context is not null)
            hidden = hidden.Plus(nn.functional.relu(this.context.Forward(context!)));
        foreach (MaskedResidualBlock block in blocks)
            hidden = block.Forward(hidden, context);
        return final.Forward(hidden);
    }
}
