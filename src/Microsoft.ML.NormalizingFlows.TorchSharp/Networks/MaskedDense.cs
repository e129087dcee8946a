using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// A linear layer with some weights cut, <c>y = (M * W) x + b</c>: weight (o, i) lives where the degree of output o
/// allows it to see input i (Germain et al. 2015, MADE).
/// </summary>
internal sealed class MaskedDense : nn.Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor mask;

    /// <param name="inputDegrees">The degree of each input.</param>
    /// <param name="outputDegrees">The degree of each output.</param>
    /// <param name="strict">Whether an output sees degrees below its own only (last layer), or its own too.</param>
    public MaskedDense(int[] inputDegrees, int[] outputDegrees, bool strict) : base(nameof(MaskedDense))
    {
        int inputs = inputDegrees.Length;
        int outputs = outputDegrees.Length;
        var sees = new bool[outputs * inputs];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                sees[o * inputs + i] = strict ? outputDegrees[o] > inputDegrees[i] : outputDegrees[o] >= inputDegrees[i];
        weight = ModuleTensors.Learned(outputs, inputs);
        bias = ModuleTensors.Learned(outputs);
        mask = ModuleTensors.Constant(sees, outputs, inputs);
        RegisterComponents();
    }

    /// <param name="input">(B, in)</param>
    /// <returns>(B, out)</returns>
    public Tensor Forward(Tensor input) =>
        nn.functional.linear(input, where(mask, weight, zeros_like(weight)), bias);
}
