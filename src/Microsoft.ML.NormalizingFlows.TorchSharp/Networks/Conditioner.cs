using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>A network that turns features and context into the raw parameters of an elementwise map.</summary>
internal abstract class Conditioner : nn.Module
{
    protected Conditioner(string name, int inputs, int outputs, int stateWidth, int given) : base(name)
    {
        Inputs = inputs;
        Outputs = outputs;
        StateWidth = stateWidth;
        Given = given;
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>K, the width of the one-hot state that a context begins with; 0 for none.</summary>
    public int StateWidth { get; }

    /// <summary>C, the values of a context behind the state: what the density is given.</summary>
    public int Given { get; }

    /// <summary>0 where the network takes no context and ignores any.</summary>
    public int ContextWidth => StateWidth + Given;

    /// <param name="input">(B, <see cref="Inputs"/>)</param>
    /// <param name="context">(B, <see cref="ContextWidth"/>)</param>
    /// <returns>(B, <see cref="Outputs"/>)</returns>
    public abstract Tensor Forward(Tensor input, Tensor? context);

    /// <summary>The one-hot state of a context, (B, K); null for none.</summary>
    protected Tensor? State(Tensor? context) => StateWidth == 0 ? null : Given == 0 ? context : context!.narrow(1, 0, StateWidth);
}
