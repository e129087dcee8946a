using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>A latent of an image as a whole; see <see cref="ImageLatentSpec"/>.</summary>
internal abstract class ImageLatents(ImageSpec spec, ImageWeights weights, PixelModel pixels)
{
    protected ImageSpec Spec => spec;

    protected PixelModel Pixels => pixels;

    protected int Size => spec.Latent!.Size;

    /// <exception cref="NotSupportedException">The engine does not know this kind of latent.</exception>
    public static ImageLatents? Build(ImageSpec spec, ImageWeights weights, PixelModel pixels) => spec.Latent?.Kind switch
    {
        null => null,
        ImageLatent.Discrete => new DiscreteImageLatent(spec, weights, pixels),
        ImageLatent.Continuous => new ContinuousImageLatent(spec, weights, pixels),
        var unknown => throw new NotSupportedException($"The TorchSharp engine does not know a latent that is {unknown}."),
    };

    /// <summary>ln p(x), or its bound, (B), to learn from.</summary>
    public abstract Tensor Objective(ImagePlanes planes, Tensor? context, int count, RandomStream random);

    /// <summary>ln p(x), or its bound, and the latent of each image.</summary>
    /// <param name="planes">The images.</param>
    /// <param name="context">What each is given.</param>
    /// <param name="count">B.</param>
    /// <param name="logs">(B)</param>
    /// <param name="latents">(B, size); empty to leave them out.</param>
    public abstract void Score(ImagePlanes planes, Tensor? context, int count, Span<float> logs, Span<float> latents);

    /// <summary>What the networks see of latents that are drawn.</summary>
    public abstract Tensor DrawGrid(int count, Func<int, double> uniform);

    /// <summary>What the networks see of latents (B, size).</summary>
    protected Tensor Grid(Tensor latents) =>
        nn.functional.linear(latents, Of("grid.weight")).reshape(latents.shape[0], spec.CodeRows, spec.CodeColumns, ImageLatentSpec.GridChannels);

    protected Tensor Of(string array) => weights["latent." + array];

    protected Tensor OnDevice(Tensor values) => ImageWeights.Copied(values, weights.Device);
}

/// <summary>p(x) as a sum over all states.</summary>
internal sealed class DiscreteImageLatent(ImageSpec spec, ImageWeights weights, PixelModel pixels) : ImageLatents(spec, weights, pixels)
{
    public override Tensor Objective(ImagePlanes planes, Tensor? context, int count, RandomStream random)
    {
        // All states see the same noise between levels.
        ulong noise = random.NextBits();
        return Joint(count, grid => Pixels.LogProbability(planes, new Conditions(context, grid), count, RandomStream.For(noise, "noise"))).logsumexp(1);
    }

    public override void Score(ImagePlanes planes, Tensor? context, int count, Span<float> logs, Span<float> latents)
    {
        var joint = Joint(count, grid => Pixels.LogProbability(planes, new Conditions(context, grid), count, null));
        FlowArrays.Copy("", joint.logsumexp(1)).Values.CopyTo(logs);
        if (!latents.IsEmpty)
            FlowArrays.Copy("", nn.functional.softmax(joint, 1)).Values.CopyTo(latents);
    }

    public override Tensor DrawGrid(int count, Func<int, double> uniform)
    {
        float[] shares = FlowArrays.Copy("", nn.functional.softmax(Of("logits"), 0)).Values;
        var states = new float[count * Size];
        for (int image = 0; image < count; image++)
            states[image * Size + StateDraw.Choose(shares, 1, (float)uniform(image))] = 1;
        return Grid(OnDevice(tensor(states, [count, Size])));
    }

    // ln p(z) + ln p(x|z), (B, K).
    private Tensor Joint(int count, Func<Tensor, Tensor> logProbability)
    {
        var logits = nn.functional.log_softmax(Of("logits"), 0);
        var each = eye(Size, dtype: logits.dtype, device: logits.device);
        return stack([.. Enumerable.Range(0, Size).Select(state => logProbability(Grid(each.narrow(0, state, 1).expand(count, Size))).Plus(logits[state]))], 1);
    }
}

/// <summary>
/// Normal numbers. With draws from q(z|x) <c>ln p(x) >= E[ln p(x|z)] - KL(q || p)</c> is learned (Kingma and Welling 2014), and images are scored by the logarithm of the mean of
/// <c>p(x|z) p(z) / q(z|x)</c> (Burda et al. 2016), whose draws follow from the image.
/// </summary>
internal sealed class ContinuousImageLatent(ImageSpec spec, ImageWeights weights, PixelModel pixels) : ImageLatents(spec, weights, pixels)
{
    private const double MaximumLogDeviation = 6;

    public override Tensor Objective(ImagePlanes planes, Tensor? context, int count, RandomStream random)
    {
        var (mean, logDeviation) = Posterior(planes, context, count);
        var latents = mean.Plus(logDeviation.exp() * Normal(count, _ => random));
        var divergence = ((mean * mean).Plus(logDeviation.Times(2).exp()).Plus(-1) - logDeviation.Times(2)).sum(1L).Times(0.5);
        return Pixels.LogProbability(planes, new Conditions(context, Grid(latents)), count, random) - divergence;
    }

    public override void Score(ImagePlanes planes, Tensor? context, int count, Span<float> logs, Span<float> latents)
    {
        var (mean, logDeviation) = Posterior(planes, context, count);
        if (!latents.IsEmpty)
            FlowArrays.Copy("", mean).Values.CopyTo(latents);
        RandomStream[] streams = [.. planes.Hashes().Select(hash => RandomStream.For(hash, "latent"))];
        var terms = new List<Tensor>();
        for (int draw = 0; draw < Spec.Latent!.Draws; draw++)
        {
            using var scope = NewDisposeScope();
            var normal = Normal(count, image => streams[image]);
            var drawn = mean.Plus(logDeviation.exp() * normal);
            // ln N(z; 0, 1) - ln q(z), in which the constants cancel.
            var weight = ((normal * normal) - (drawn * drawn)).Times(0.5).Plus(logDeviation).sum(1L);
            terms.Add(Pixels.LogProbability(planes, new Conditions(context, Grid(drawn)), count, null).Plus(weight).MoveToOuterDisposeScope());
        }
        FlowArrays.Copy("", stack([.. terms], 1).logsumexp(1).Plus(-Math.Log(terms.Count))).Values.CopyTo(logs);
    }

    public override Tensor DrawGrid(int count, Func<int, double> uniform)
    {
        var numbers = new float[count * Size];
        for (int i = 0; i < numbers.Length; i++)
        {
            double first = uniform(i / Size), second = uniform(i / Size);
            numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - first)) * Math.Cos(2 * Math.PI * second));
        }
        return Grid(OnDevice(tensor(numbers, [count, Size])));
    }

    // The mean of q(z|x) and the logarithm of its deviation, (B, size) each.
    private (Tensor Mean, Tensor LogDeviation) Posterior(ImagePlanes planes, Tensor? context, int count)
    {
        var y = Convolve("input", planes.All(), 1);
        for (int i = 0; i < CodeSpec.Halvings; i++)
            y = Convolve($"halvings.{i}", nn.functional.relu(y), 2);
        var both = nn.functional.linear(nn.functional.relu(y).reshape(count, Spec.CodeRows * Spec.CodeColumns * Spec.HiddenChannels), Of("posterior.weight"), Of("posterior.bias"));
        if (context is not null)
            both = both.Plus(nn.functional.linear(context, Of("context.weight")));
        return (both.narrow(1, 0, Size), SoftLimit.Apply(both.narrow(1, Size, Size), MaximumLogDeviation));
    }

    private Tensor Convolve(string name, Tensor input, long stride) =>
        nn.functional.conv2d(input, Of(name + ".weight"), Of(name + ".bias"), strides: [stride, stride], padding: [1, 1]);

    private Tensor Normal(int count, Func<int, RandomStream> random)
    {
        var numbers = new float[count * Size];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)random(i / Size).NextNormal();
        return OnDevice(tensor(numbers, [count, Size]));
    }
}
