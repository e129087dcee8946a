using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>A linear layer, <c>y = W x + b</c>, W of shape (out, in).</summary>
internal sealed class Dense : nn.Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Dense(int inputs, int outputs) : base(nameof(Dense))
    {
        weight = ModuleTensors.Learned(outputs, inputs);
        bias = ModuleTensors.Learned(outputs);
        RegisterComponents();
    }

    /// <summary>W.</summary>
    public Tensor Weight => weight;

    /// <summary>b.</summary>
    public Tensor Bias => bias;

    /// <param name="input">(B, in)</param>
    /// <returns>(B, out)</returns>
    public Tensor Forward(Tensor input) => nn.functional.linear(input, weight, bias);
}

/// <summary>A linear layer without a bias, <c>y = W x</c>.</summary>
internal sealed class Projection : nn.Module
{
    private readonly Parameter weight;

    public Projection(int inputs, int outputs) : base(nameof(Projection))
    {
        weight = ModuleTensors.Learned(outputs, inputs);
        RegisterComponents();
    }

    /// <param name="input">(B, in)</param>
    /// <returns>(B, out)</returns>
    public Tensor Forward(Tensor input) => nn.functional.linear(input, weight);
}
