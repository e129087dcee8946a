using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>The engine for flows of images. The main assembly finds it by name; what names TorchSharp's types stands in methods of its own.</summary>
internal sealed class ImageEngine : IImageEngine
{
    private static readonly TorchEngine s_engine = new();

    public IImageEvaluator CreateEvaluator(ImageSpec spec, IReadOnlyList<NamedArray> arrays, ComputeDevice device)
    {
        s_engine.Find(device);
        return NewEvaluator(spec, arrays, device);
    }

    public IImageLearner CreateLearner(ImageSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        s_engine.Find(settings.Device);
        return NewLearner(spec, arrays, settings);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageEvaluator NewEvaluator(ImageSpec spec, IReadOnlyList<NamedArray> arrays, ComputeDevice device) =>
        new(new ImageNetwork(spec, arrays, TorchDevice.Find(device)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ImageLearner NewLearner(ImageSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings) =>
        new(spec, arrays, settings);
}
