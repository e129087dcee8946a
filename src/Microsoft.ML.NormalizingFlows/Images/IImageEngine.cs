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
    /// <param name="logProbabilities">Gets the terms of log p(x), or of log p(x|z), (count, <see cref="ImageSpec.Terms"/>): of a flow over the lattice the natural logarithm of the probability of each value given those before it.</param>
    /// <param name="codes">Where there is a sequential latent, gets the words that the encoder gives each image, (count, L); the probabilities above are those given them.</param>
    /// <param name="codeLogProbabilities">Gets ln p(z) of them, (count).</param>
    /// <param name="gains">Gets what the next of <see cref="CodeSpec.TopCodes"/> words add to log p(x), (count); empty to leave them out.</param>
    /// <param name="latents">Gets the probabilities of the states of a discrete latent, or the means of the numbers of a continuous one, (count, size); empty to leave them out.</param>
    void Score(
        ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, Span<float> logProbabilities, Span<int> codes, Span<float> codeLogProbabilities, Span<float> gains = default,
        Span<float> latents = default);

    /// <summary>The image that words stand for: each value the median given the words and the values before.</summary>
    /// <param name="codes">Words, (count, L).</param>
    /// <param name="contexts">What each is given, (count, C).</param>
    /// <param name="count">0 or more.</param>
    /// <param name="images">Gets levels, (count, D).</param>
    void Reconstruct(ReadOnlySpan<int> codes, ReadOnlySpan<float> contexts, int count, Span<byte> images);

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

    /// <summary>One step down the gradient of the mean of -log p(x), or of what a phase learns of it. A step whose loss or gradient is not finite is left out.</summary>
    /// <param name="phase">What is learned.</param>
    /// <param name="images">Levels, (count, D).</param>
    /// <param name="contexts">What each is given, (count, C).</param>
    /// <param name="count">1 or more.</param>
    /// <param name="random">Gives the noise between levels and the draws of a latent, and chooses what words begin with that are used no more.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The loss in nats; NaN where the step was left out.</returns>
    double Step(ImagePhase phase, ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, RandomStream random, double learningRate);

    IReadOnlyList<NamedArray> ExtractWeights();

    IReadOnlyList<NamedArray> ExtractOptimizerState();

    /// <summary>Puts both back.</summary>
    void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState);
}

/// <summary>What a step of training learns.</summary>
internal enum ImagePhase
{
    /// <summary>The flow, and with a sequential latent its encoder and its code book.</summary>
    Flow,

    /// <summary>p(z) of a sequential latent; all else stands still.</summary>
    Prior,
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
