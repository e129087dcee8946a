using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>What the distribution of the level of a pixel follows from, for P pixels.</summary>
/// <param name="Features">(P, 2 h)</param>
/// <param name="Background">The logit of the background, (P).</param>
/// <param name="Weight">Of the linear layer that gives the rest, (n, 2 h).</param>
/// <param name="Bias">(n)</param>
internal readonly record struct LevelParameters(Tensor Features, Tensor Background, Tensor Weight, Tensor Bias)
{
    /// <summary>The rest, (P, n), of all pixels.</summary>
    public Tensor Rest() => nn.functional.linear(Features, Weight, Bias);

    /// <summary>The rest, (P', n), of some pixels.</summary>
    public Tensor Rest(Tensor pixels) => nn.functional.linear(Features.index_select(0, pixels), Weight, Bias);
}

/// <summary>The form of the distribution of the level of a pixel; see <see cref="PixelDistribution"/>.</summary>
internal abstract class LevelDistribution : IDisposable
{
    /// <summary>ln p of levels, (P).</summary>
    /// <param name="parameters">Of the pixels.</param>
    /// <param name="flags">1 where a level is not the background, (P).</param>
    /// <param name="levels">int64, (P).</param>
    public abstract Tensor LogProbability(LevelParameters parameters, Tensor flags, Tensor levels);

    /// <summary>Draws a level for each pixel.</summary>
    /// <param name="parameters">Of the pixels.</param>
    /// <param name="uniform">A random number for a pixel.</param>
    public abstract byte[] Draw(LevelParameters parameters, Func<int, double> uniform);

    public abstract void Dispose();

    protected static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}

/// <summary>
/// The background by a logit of its own, and a softmax over the other levels, which is computed only where a pixel is not the background: most
/// pixels of drawings are.
/// </summary>
internal sealed class CategoricalLevels : LevelDistribution
{
    /// <summary>In place of minus infinity, whose gradient would be none.</summary>
    private const float Never = -1e9f;

    private readonly ImageSpec _spec;
    private readonly Tensor _others;

    public CategoricalLevels(ImageSpec spec, Device device)
    {
        _spec = spec;
        var others = new float[spec.LevelCount];
        others[spec.Background] = Never;
        using var onCpu = tensor(others);
        _others = ImageWeights.Copied(onCpu, device).DetachFromDisposeScope();
    }

    public override Tensor LogProbability(LevelParameters parameters, Tensor flags, Tensor levels)
    {
        var logs = nn.functional.logsigmoid(parameters.Background * flags.Times(-2).Plus(1));
        var pixels = flags.nonzero().squeeze(1);
        if (pixels.shape[0] == 0)
            return logs;
        var softmax = nn.functional.log_softmax(parameters.Rest(pixels).Plus(_others), 1);
        var found = softmax.gather(1, levels.index_select(0, pixels).unsqueeze(1)).squeeze(1);
        return logs.Plus(zeros_like(logs).scatter(0, pixels, found));
    }

    public override byte[] Draw(LevelParameters parameters, Func<int, double> uniform)
    {
        float[] background = FlowArrays.Copy("", parameters.Background).Values;
        var drawn = new byte[background.Length];
        Array.Fill(drawn, (byte)_spec.Background);
        long[] pixels = [.. Enumerable.Range(0, drawn.Length).Where(pixel => uniform(pixel) >= Sigmoid(background[pixel])).Select(pixel => (long)pixel)];
        if (pixels.Length == 0)
            return drawn;
        int count = _spec.LevelCount;
        float[] shares = FlowArrays.Copy("", nn.functional.softmax(parameters.Rest(tensor(pixels).to(_others.device)).Plus(_others), 1)).Values;
        for (int i = 0; i < pixels.Length; i++)
            drawn[pixels[i]] = Choose(shares.AsSpan(i * count, count), uniform((int)pixels[i]));
        return drawn;
    }

    public override void Dispose() => _others.Dispose();

    private static byte Choose(ReadOnlySpan<float> shares, double uniform)
    {
        double left = 0;
        foreach (float share in shares)
            left += share;
        left *= uniform;
        int last = 0;
        for (int level = 0; level < shares.Length; level++)
        {
            if (shares[level] == 0)
                continue;
            last = level;
            left -= shares[level];
            if (left < 0)
                break;
        }
        return (byte)last;
    }
}

/// <summary>
/// The background as one part of a mixture whose others are discretised logistics (Salimans et al. 2017, PixelCNN++): the mass of a level is that between
/// its neighbours' borders, and of the first and last all beyond. <c>ln(sig(a) - sig(b)) = ln sig(a) + ln sig(-b) + ln(1 - e^(b-a))</c> loses no digits, however far out.
/// </summary>
internal sealed class LogisticLevels(ImageSpec spec) : LevelDistribution
{
    private const double MinimumLogScale = -7, MaximumLogScale = 5;

    private readonly int _components = spec.Components;

    // Half the distance of two levels on the scale from -1 to 1.
    private readonly double _half = 1.0 / (spec.LevelCount - 1);

    public override Tensor LogProbability(LevelParameters parameters, Tensor flags, Tensor levels)
    {
        var rest = parameters.Rest();
        var weights = nn.functional.log_softmax(rest.narrow(1, 0, _components), 1);
        var means = rest.narrow(1, _components, _components);
        var inverse = (-rest.narrow(1, 2 * _components, _components).Within(MinimumLogScale, MaximumLogScale)).exp();
        var number = levels.to(rest.dtype).Times(2 * _half).Plus(-1).unsqueeze(1);
        var above = nn.functional.logsigmoid((number - means).Plus(_half) * inverse);
        var below = nn.functional.logsigmoid((means - number).Plus(_half) * inverse);
        var between = (-(-inverse.Times(2 * _half)).expm1()).log();
        Tensor isFirst = levels.IsAtMost(0).unsqueeze(1), isLast = (-levels).IsAtMost(1 - spec.LevelCount).unsqueeze(1);
        var mass = where(isFirst, above, where(isLast, below, above.Plus(below).Plus(between)));
        var mixture = weights.Plus(mass).logsumexp(1).Plus(nn.functional.logsigmoid(-parameters.Background));
        // Where the level is the background it may come from either.
        var either = stack([mixture, nn.functional.logsigmoid(parameters.Background)], 1).logsumexp(1);
        return where(flags.IsAtMost(0), either, mixture);
    }

    public override byte[] Draw(LevelParameters parameters, Func<int, double> uniform)
    {
        float[] background = FlowArrays.Copy("", parameters.Background).Values;
        var rest = parameters.Rest();
        float[] shares = FlowArrays.Copy("", nn.functional.softmax(rest.narrow(1, 0, _components), 1)).Values;
        float[] numbers = FlowArrays.Copy("", rest).Values;
        var drawn = new byte[background.Length];
        for (int pixel = 0; pixel < drawn.Length; pixel++)
        {
            double chosen = uniform(pixel), which = uniform(pixel), where = uniform(pixel);
            drawn[pixel] = chosen < Sigmoid(background[pixel])
                ? (byte)spec.Background
                : Level(shares.AsSpan(pixel * _components, _components), numbers.AsSpan(pixel * 3 * _components, 3 * _components), which, where);
        }
        return drawn;
    }

    public override void Dispose()
    {
    }

    private byte Level(ReadOnlySpan<float> shares, ReadOnlySpan<float> numbers, double which, double where)
    {
        int component = 0;
        for (; component < _components - 1 && which >= shares[component]; component++)
            which -= shares[component];
        double scale = Math.Exp(Math.Clamp(numbers[2 * _components + component], MinimumLogScale, MaximumLogScale));
        double number = numbers[_components + component] + scale * Math.Log(where / (1 - where));
        return (byte)Math.Clamp(Math.Round((number + 1) / (2 * _half)), 0, spec.LevelCount - 1);
    }
}
