using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// An invertible map of images (B, rows, columns, channels), with ln |det| of each image, (B); or a surjection, which leaves something open where it is inverted, with ln of the probability of that beside.
/// </summary>
internal abstract class ImageLayer : IDisposable
{
    public abstract ValueAndLogDeterminant Forward(Tensor x, Conditions given, Tensor? seen);

    public abstract ValueAndLogDeterminant Inverse(Tensor y, Conditions given, Tensor? seen);

    public abstract void Dispose();

    /// <exception cref="NotSupportedException">The engine does not know this kind of layer.</exception>
    public static ImageLayer Build(ImageLayerSpec layer, ImageSpec image, ImageWeights weights) => layer switch
    {
        SqueezeLayerSpec => new SqueezeLayer(),
        MixLayerSpec mix => new MixLayer(mix, weights),
        CouplingLayerSpec coupling => new CouplingLayer(coupling, image, weights),
        MaximumLayerSpec => new MaximumLayer(),
        AbsoluteLayerSpec absolute => new AbsoluteLayer(absolute, image, weights),
        ChannelsLayerSpec channels => new ChannelsLayer(channels, image, weights),
        _ => throw new NotSupportedException($"The TorchSharp engine does not know {layer.GetType().Name}."),
    };

    protected static Tensor Nothing(Tensor x) => zeros(x.shape[0], x.dtype, x.device);
}
