using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Trains a flow of images.</summary>
internal sealed class ImageLearner : IImageLearner
{
    /// <summary>How much the distance of what the encoder gives from its word counts beside the nats of a value (van den Oord et al. 2017).</summary>
    private const double Commitment = 0.25;

    private readonly ImageNetwork _network;
    private readonly FlowOptimizer _flow;
    private readonly FlowOptimizer? _prior;

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ImageLearner(ImageSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        _network = new ImageNetwork(spec, arrays, TorchDevice.Find(settings.Device));
        _flow = new FlowOptimizer(_network.Weights.Of(ImagePhase.Flow), settings.WeightDecay, settings.GradientClip);
        _prior = spec.Codes is null ? null : new FlowOptimizer(_network.Weights.Of(ImagePhase.Prior), settings.WeightDecay, settings.GradientClip);
        Evaluator = new ImageEvaluator(_network);
    }

    public IImageEvaluator Evaluator { get; }

    public double Step(ImagePhase phase, ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, RandomStream random, double learningRate)
    {
        using var scope = NewDisposeScope();
        var (planes, context) = _network.Inputs(ImagePlanes.Pad(_network.Spec, images, count), contexts, count);
        return phase switch
        {
            ImagePhase.Flow => StepFlow(planes, context, count, random, learningRate),
            ImagePhase.Prior => StepPrior(planes, context, count, learningRate),
            _ => throw new ArgumentOutOfRangeException(nameof(phase), $"{phase} is no phase of learning."),
        };
    }

    // In nats a value, so that the norm of a gradient does not grow with the size of the images.
    private double StepFlow(ImagePlanes planes, Tensor? context, int count, RandomStream random, double learningRate)
    {
        int values = _network.Spec.Shape.Values;
        if (_network.Encoder is not { } encoder)
        {
            var plain = (_network.Latent?.Objective(planes, context, count, random) ?? _network.Pixels.LogProbability(planes, new Conditions(context, null), count, random)).mean().Times(-1.0 / values);
            return Take(_flow, plain, plain, values, learningRate);
        }
        var features = encoder.Features(planes);
        var words = encoder.Words(features.detach());
        var nearest = encoder.Values(words);
        // The gradient by a word goes to what the encoder gave (straight through).
        var through = features.Plus((nearest - features).detach());
        var loss = _network.Pixels.LogProbability(planes, new Conditions(context, encoder.Grid(through)), count, random).mean().Times(-1.0 / values);
        var distance = features - nearest;
        double taken = Take(_flow, loss.Plus((distance * distance).mean().Times(Commitment)), loss, values, learningRate);
        if (!double.IsNaN(taken))
            encoder.Update(features.detach(), words, random);
        return taken;
    }

    private double StepPrior(ImagePlanes planes, Tensor? context, int count, double learningRate)
    {
        Tensor words;
        using (no_grad())
            words = _network.Encoder!.Words(_network.Encoder.Features(planes)).reshape(count, _network.Spec.CodeLength);
        var loss = _network.Prior!.LogProbability(words, context).mean().Times(-1.0 / _network.Spec.CodeLength);
        return Take(_prior!, loss, loss, _network.Spec.CodeLength, learningRate);
    }

    private static double Take(FlowOptimizer optimizer, Tensor loss, Tensor reported, int values, double learningRate)
    {
        float number = reported.item<float>();
        return float.IsFinite(loss.item<float>()) && optimizer.Step(loss, learningRate) ? (double)number * values : double.NaN;
    }

    public IReadOnlyList<NamedArray> ExtractWeights() => _network.Weights.Extract();

    public IReadOnlyList<NamedArray> ExtractOptimizerState() =>
        [.. NamedArrays.Under("flow", _flow.Extract()), .. NamedArrays.Under("prior", _prior?.Extract() ?? [])];

    public void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState)
    {
        _network.Weights.Load(weights);
        _flow.Load(NamedArrays.Of("flow", optimizerState));
        _prior?.Load(NamedArrays.Of("prior", optimizerState));
    }

    public void Dispose()
    {
        _flow.Dispose();
        _prior?.Dispose();
        Evaluator.Dispose();
    }
}
