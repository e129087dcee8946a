using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>p(x | what is given) of images, of one kind or the other.</summary>
internal abstract class PixelModel : IDisposable
{
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public static PixelModel Build(ImageSpec spec, ImageWeights weights, Device device) =>
        spec.Couplings is null ? new LatticeModel(spec, weights, device) : new CouplingModel(spec, spec.Couplings, weights, device);

    /// <summary>ln p(x | given), or its bound, of each image, (B).</summary>
    /// <param name="planes">The images.</param>
    /// <param name="given">What each is given.</param>
    /// <param name="count">Of the images.</param>
    /// <param name="random">Where noise comes from; null for noise that follows from the image.</param>
    public abstract Tensor LogProbability(ImagePlanes planes, Conditions given, int count, RandomStream? random);

    /// <summary>The terms of ln p(x | given), (count, <see cref="ImageSpec.Terms"/>). The same image gets the same, whatever stands beside it.</summary>
    public virtual void LogProbabilities(ImagePlanes planes, Conditions given, int count, Span<float> logs) =>
        FlowArrays.Copy("", LogProbability(planes, given, count, null)).Values.CopyTo(logs);

    /// <summary>Draws images.</summary>
    /// <param name="padded">Filled with the background; gets levels, (count, C, padded H, padded W).</param>
    /// <param name="given">What each is given.</param>
    /// <param name="count">Of the images.</param>
    /// <param name="uniform">A number for each random choice of an image.</param>
    public abstract void Draw(byte[] padded, Conditions given, int count, Func<int, double> uniform);

    public abstract void Dispose();
}
