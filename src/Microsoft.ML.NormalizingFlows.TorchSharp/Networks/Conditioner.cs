using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>A network that turns features and context into the raw parameters of an elementwise map.</summary>
internal abstract class Conditioner : nn.Module
{
    protected Conditioner(string name, int inputs, int outputs, int contextWidth) : base(name)
    {
        Inputs = inputs;
        Outputs = outputs;
        ContextWidth = contextWidth;
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>0 where the network takes no context and ignores any.</summary>
    public int ContextWidth { get; }

    /// <param name="input">(B, <see cref="Inputs"/>)</param>
    /// <param name="context">(B, <see cref="ContextWidth"/>)</param>
    /// <returns>(B, <see cref="Outputs"/>)</returns>
    public abstract Tensor Forward(Tensor input, Tensor? context);
}
