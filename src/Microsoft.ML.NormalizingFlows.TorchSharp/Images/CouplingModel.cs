using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// A coupling flow of images; see <see cref="ImageCouplingSpec"/>. The density of the levels is at least the mean, over noise u between them, of
/// <c>ln p(x + u) - ln q(u | x)</c> (Theis et al. 2016; Ho et al. 2019, where q is learned). What is given for an image is the logarithm of the mean of <c>p(x + u) / q(u | x)</c> over some u, which follow from the
/// image: the more, the closer (Burda et al. 2016).
/// </summary>
internal sealed class CouplingModel : PixelModel
{
    /// <summary>What noise stays away from the levels by, in float32.</summary>
    private const double Least = 1e-6;

    private readonly ImageSpec _spec;
    private readonly Device _device;
    private readonly int _draws;
    private readonly LevelStart _start;
    private readonly ImageChain _flow;
    private readonly ImageChain? _noise;

    public CouplingModel(ImageSpec spec, ImageCouplingSpec couplings, ImageWeights weights, Device device)
    {
        (_spec, _device, _draws) = (spec, device, couplings.Draws);
        _start = new LevelStart(spec, weights);
        _flow = new ImageChain(couplings.Layers(spec), spec, weights);
        if (couplings.LearnsNoise)
            _noise = new ImageChain(couplings.NoiseLayers(spec), spec, weights);
    }

    private int Values => _spec.PaddedHeight * _spec.PaddedWidth * _spec.Shape.Channels;

    public override Tensor LogProbability(ImagePlanes planes, Conditions given, int count, RandomStream? random)
    {
        if (random is not null)
            return Bound(planes, given, Even(count, _ => random), count);
        RandomStream[] streams = [.. planes.Hashes().Select(hash => RandomStream.For(hash, "noise between levels"))];
        var logs = new Tensor[_draws];
        for (int draw = 0; draw < _draws; draw++)
        {
            using var scope = NewDisposeScope();
            logs[draw] = Bound(planes, given, Even(count, image => streams[image]), count).MoveToOuterDisposeScope();
        }
        return _draws == 1 ? logs[0] : stack(logs, 1).logsumexp(1).Plus(-Math.Log(_draws));
    }

    public override void Draw(byte[] padded, Conditions given, int count, Func<int, double> uniform)
    {
        var noise = new float[count * Values];
        for (int i = 0; i < noise.Length; i++)
        {
            double u = Math.Clamp(uniform(i / Values), Least, 1 - Least);
            noise[i] = (float)Math.Log(u / (1 - u));
        }
        var values = _flow.Inverse(ImageWeights.Copied(tensor(noise, [count, Values]), _device), given with { Uniform = uniform }).Value;
        float[] numbers = FlowArrays.Copy("", values).Values;
        var (channels, height, width) = (_spec.Shape.Channels, _spec.PaddedHeight, _spec.PaddedWidth);
        for (int i = 0; i < numbers.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, channels);
            var (image, place) = Math.DivRem(pixel, height * width);
            padded[(image * channels + channel) * height * width + place] = _start.Level(i % Values, numbers[i]);
        }
    }

    public override void Dispose()
    {
        _start.Dispose();
        _flow.Dispose();
        _noise?.Dispose();
    }

    private float[] Even(int count, Func<int, RandomStream> random)
    {
        var numbers = new float[count * Values];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)random(i / Values).NextUniform();
        return numbers;
    }

    // The bound with even numbers (count, H W C) as noise, or as what noise is made of, (count).
    private Tensor Bound(ImagePlanes planes, Conditions given, float[] even, int count)
    {
        var shape = new long[] { count, _spec.PaddedHeight, _spec.PaddedWidth, _spec.Shape.Channels };
        var noise = ImageWeights.Copied(tensor(even, shape), _device).Within(Least, 1 - Least);
        Tensor? logNoise = null;
        if (_noise is not null)
        {
            var logit = noise.log() - (-noise).log1p();
            var seen = SqueezeLayer.Squeeze(planes.All().permute(0, 2, 3, 1));
            var (made, log) = _noise.Forward(logit, given, seen);
            // The chain ends squeezed: back to the places.
            var back = SqueezeLayer.Spread(made.reshape(count, shape[1] / 2, shape[2] / 2, 4 * shape[3]));
            logNoise = Logistic(logit) - log - Logistic(back);
            noise = back.sigmoid().Within(Least, 1 - Least);
        }
        var (started, logStart) = _start.Forward(planes.AllLevels(), noise);
        var (values, logFlow) = _flow.Forward(started, given);
        var sum = logStart.Plus(logFlow).Plus(Logistic(values));
        return logNoise is null ? sum : sum - logNoise;
    }

    // ln of the standard logistic density, which is also ln of the derivative of the sigmoid, summed over the values of an image.
    private static Tensor Logistic(Tensor values) =>
        nn.functional.logsigmoid(values).Plus(nn.functional.logsigmoid(-values)).reshape(values.shape[0], values.numel() / Math.Max(1, values.shape[0])).sum(1L);
}
