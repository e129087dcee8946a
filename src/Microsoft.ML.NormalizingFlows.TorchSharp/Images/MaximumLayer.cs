using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// See <see cref="MaximumLayerSpec"/>. A value that is less by g becomes <c>u = ln(e^g - 1)</c>: where u is standard logistic, g is exponential, as the half-normal g is of the paper where noise is normal.
/// </summary>
internal sealed class MaximumLayer : ImageLayer
{
    private const int Pixels = 4;

    public override ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen)
    {
        var (count, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3] / Pixels);
        var pixels = x.reshape(count, rows, columns, Pixels, channels);
        var (largest, place) = pixels.max(3, keepdim: true);
        // The places of the others, in their order.
        var (less, logSlope) = InverseSoftplus.Of(largest - pixels.gather(3, Others(place)));
        var all = cat([largest, less], 3).reshape(x.shape);
        return new(all, logSlope.reshape(count, (Pixels - 1) * rows * columns * channels).sum(1L).Plus(Open(x)));
    }

    public override ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen)
    {
        var (count, rows, columns, channels) = (y.shape[0], y.shape[1], y.shape[2], y.shape[3] / Pixels);
        var all = y.reshape(count, rows, columns, Pixels, channels);
        var largest = all.narrow(3, 0, 1);
        var below = all.narrow(3, 1, Pixels - 1);
        var less = below.Softplus();
        var random = given.Uniform ?? throw new InvalidOperationException("A layer leaves open which pixel is the largest, and there is nothing to draw it from.");
        var places = new long[count * rows * columns * channels];
        for (int i = 0; i < places.Length; i++)
            places[i] = (long)(Pixels * random((int)(i / (rows * columns * channels))));
        var place = ImageWeights.Copied(tensor(places, [count, rows, columns, 1, channels]), y.device);
        var x = zeros_like(all).scatter(3, place, largest).scatter(3, Others(place), largest - less).reshape(y.shape);
        return new(x, nn.functional.logsigmoid(below).reshape(count, (Pixels - 1) * rows * columns * channels).sum(1L).Plus(-Open(y)));
    }

    public override void Dispose()
    {
    }

    // The three other places, (.., 3, channels), of (.., 1, channels).
    private static Tensor Others(Tensor place)
    {
        var each = ImageWeights.Copied(tensor(new long[] { 0, 1, 2 }, [1, 1, 1, Pixels - 1, 1]), place.device);
        return each.Plus(each.ge(place).to(ScalarType.Int64));
    }

    // ln of the probability of the places.
    private static double Open(Tensor x) => -Math.Log(Pixels) * x.shape[1] * x.shape[2] * x.shape[3] / Pixels;
}
