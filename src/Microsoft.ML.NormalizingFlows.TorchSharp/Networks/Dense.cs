using Microsoft.ML.NormalizingFlows.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A linear layer, <c>y = W x + b</c>, W of shape (out, in). Both start uniform within <c>+-gain / sqrt(in)</c>
/// (LeCun et al. 1998, Efficient BackProp, up to a constant), drawn from our own stream.
/// </summary>
internal sealed class Dense : nn.Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Dense(int inputs, int outputs, RandomStream random, float gain = 1) : base(nameof(Dense))
    {
        weight = Uniform(random, gain, inputs, outputs, inputs);
        bias = Uniform(random, gain, inputs, outputs);
        RegisterComponents();
    }

    /// <param name="input">(B, in)</param>
    /// <returns>(B, out)</returns>
    public Tensor Forward(Tensor input) => nn.functional.linear(input, weight, bias);

    /// <summary>A learned array, uniform within <c>+-gain / sqrt(inputs)</c>.</summary>
    public static Parameter Uniform(RandomStream random, float gain, int inputs, params long[] shape)
    {
        float bound = gain / MathF.Sqrt(inputs);
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        random.FillUniform(values, -bound, bound);
        return ModuleTensors.Learned(values, shape);
    }
}
