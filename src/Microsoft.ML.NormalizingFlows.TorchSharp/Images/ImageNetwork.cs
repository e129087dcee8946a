using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>A flow of images: p(x), or p(x|z) with an encoder and p(z).</summary>
internal sealed class ImageNetwork : IDisposable
{
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ImageNetwork(ImageSpec spec, IReadOnlyList<NamedArray> arrays, Device device)
    {
        (Spec, Device) = (spec, device);
        Weights = new ImageWeights(spec, arrays, device);
        Pixels = PixelModel.Build(spec, Weights, device);
        Latent = ImageLatents.Build(spec, Weights, Pixels);
        if (spec.Codes is not null)
            (Encoder, Prior) = (new CodeEncoder(spec, Weights), new CodePrior(spec, Weights, device));
    }

    public ImageSpec Spec { get; }

    public Device Device { get; }

    public ImageWeights Weights { get; }

    /// <summary>p(x), or p(x|z).</summary>
    public PixelModel Pixels { get; }

    /// <summary>A latent of an image as a whole; null where there is none.</summary>
    public ImageLatents? Latent { get; }

    /// <summary>The parts of a sequential latent; null where there is none.</summary>
    public CodeEncoder? Encoder { get; }

    public CodePrior? Prior { get; }

    /// <summary>Images of the size of the lattice as tensors, and what they are given.</summary>
    public (ImagePlanes Images, Tensor? Context) Inputs(ReadOnlySpan<byte> padded, ReadOnlySpan<float> given, int count) =>
        (new ImagePlanes(Spec, padded, count, Device), Context(given, count));

    public Tensor? Context(ReadOnlySpan<float> given, int count) => Spec.Context == 0 ? null : ImageWeights.Copied(tensor(given.ToArray(), [count, Spec.Context]), Device);

    public void Dispose()
    {
        Pixels.Dispose();
        Prior?.Dispose();
        Weights.Dispose();
    }
}
