using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Trains a flow of images.</summary>
internal sealed class ImageLearner : IImageLearner
{
    private readonly ImageNetwork _network;
    private readonly FlowOptimizer _optimizer;

    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ImageLearner(ImageSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        _network = new ImageNetwork(spec, arrays, TorchDevice.Find(settings.Device));
        _optimizer = new FlowOptimizer(_network.Weights.All, settings.WeightDecay, settings.GradientClip);
        Evaluator = new ImageEvaluator(_network);
    }

    public IImageEvaluator Evaluator { get; }

    public double Step(ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, double learningRate)
    {
        using var scope = NewDisposeScope();
        int values = _network.Spec.Shape.Values;
        // In nats a value, so that the norm of a gradient does not grow with the size of the images.
        var loss = _network.MeanLogProbability(images, contexts, count).Times(-1.0 / values);
        float reported = loss.item<float>();
        return float.IsFinite(reported) && _optimizer.Step(loss, learningRate) ? (double)reported * values : double.NaN;
    }

    public IReadOnlyList<NamedArray> ExtractWeights() => _network.Weights.Extract();

    public IReadOnlyList<NamedArray> ExtractOptimizerState() => _optimizer.Extract();

    public void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState)
    {
        _network.Weights.Load(weights);
        _optimizer.Load(optimizerState);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Evaluator.Dispose();
    }
}
