using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>See <see cref="AbsoluteLayerSpec"/>.</summary>
internal sealed class AbsoluteLayer(AbsoluteLayerSpec spec, ImageSpec image, ImageWeights weights) : ImageLayer
{
    private readonly ConvolutionNetwork _network = new(image, weights, spec.Name);

    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen)
    {
        var (passing, signed) = Parts(x);
        var logits = Logits(passing, given);
        var isPositive = signed.ge(zeros_like(signed));
        var (unsigned, logSlope) = InverseSoftplus.Of(signed.abs());
        return new(cat([passing, unsigned], 3), Sum(nn.functional.logsigmoid(where(isPositive, logits, -logits)).Plus(logSlope)));
    }

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen)
    {
        var (passing, unsigned) = Parts(y);
        var logits = Logits(passing, given);
        var random = given.Uniform ?? throw new InvalidOperationException("A layer leaves open which sign a number has, and there is nothing to draw it from.");
        var numbers = new double[unsigned.numel()];
        long each = unsigned.numel() / Math.Max(1, y.shape[0]);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = random((int)(i / each));
        var isPositive = ImageWeights.Copied(tensor(numbers, unsigned.shape, dtype: y.dtype), y.device).lt(logits.sigmoid());
        var size = unsigned.Softplus();
        return new(
            cat([passing, where(isPositive, size, -size)], 3),
            Sum(nn.functional.logsigmoid(unsigned) - nn.functional.logsigmoid(where(isPositive, logits, -logits))));
    }

    public override void Dispose()
    {
    }

    private (Tensor Passing, Tensor Others) Parts(Tensor all) => (all.narrow(3, 0, spec.Passing), all.narrow(3, spec.Passing, spec.Channels - spec.Passing));

    // Of a positive sign.
    private Tensor Logits(Tensor passing, Conditions given) => _network.Dense("signs", nn.functional.relu(_network.Features(passing, passing.shape[0], given)));

    private static Tensor Sum(Tensor logs) => logs.reshape(logs.shape[0], logs.shape[1] * logs.shape[2] * logs.shape[3]).sum(1L);
}
