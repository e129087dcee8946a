using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>Code that brings an image flow to life. It is in the package on TorchSharp and found by name.</summary>
internal interface IImageEngine
{
    /// <exception cref="InvalidOperationException">It cannot compute on that device.</exception>
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    IImageEvaluator CreateEvaluator(ImageSpec spec, IReadOnlyList<NamedArray> arrays, ComputeDevice device);

    /// <summary>A learner that starts from <paramref name="arrays"/>.</summary>
    /// <exception cref="InvalidOperationException">It cannot compute on that device.</exception>
    IImageLearner CreateLearner(ImageSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings);
}

/// <summary>Scores images and draws new ones. For any number of threads.</summary>
internal interface IImageEvaluator : IDisposable
{
    ImageSpec Spec { get; }

    /// <param name="images">Levels, (count, D).</param>
    /// <param name="contexts">What each is given, (count, C).</param>
    /// <param name="count">0 or more.</param>
    /// <param name="logProbabilities">Gets the natural logarithm of the probability of each value given those before it, (count, D); their sum is log p(x).</param>
    void Score(ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, Span<float> logProbabilities);

    /// <param name="count">0 or more.</param>
    /// <param name="random">Where each image gets its random numbers.</param>
    /// <param name="contexts">What each is given, (count, C).</param>
    /// <param name="images">Gets levels, (count, D).</param>
    void Sample(int count, RowStreams random, ReadOnlySpan<float> contexts, Span<byte> images);
}

/// <summary>An image flow that is being trained. For one thread at a time.</summary>
internal interface IImageLearner : IDisposable
{
    /// <summary>Scores images with the weights as they stand. Belongs to the learner.</summary>
    IImageEvaluator Evaluator { get; }

    /// <summary>One step down the gradient of the mean of -log p(x). A step whose loss or gradient is not finite is left out.</summary>
    /// <returns>The loss in nats; NaN where the step was left out.</returns>
    double Step(ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, double learningRate);

    IReadOnlyList<NamedArray> ExtractWeights();

    IReadOnlyList<NamedArray> ExtractOptimizerState();

    /// <summary>Puts both back.</summary>
    void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState);
}

/// <summary>The engine for images.</summary>
internal static class ImageEngines
{
    private static readonly Lazy<IImageEngine?> s_torch = new(() => FlowEngines.FromTorchPackage<IImageEngine>("Images.ImageEngine"));

    /// <exception cref="InvalidOperationException">The package is absent, or another engine was asked for.</exception>
    public static IImageEngine Of(ComputeDevice device) => device.Engine == ComputeEngine.Managed
        ? throw new InvalidOperationException("The managed engine was asked for, but it has no layers for images: set Training.Engine to TorchSharp or Automatic.")
        : s_torch.Value ?? throw new InvalidOperationException(
            $"Images take the TorchSharp engine, which is in a package of its own: reference {FlowEngines.TorchPackage} and TorchSharp-cpu in the application, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for a GPU.");
}
