using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Images;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>Small flows of images with weights that are all there, as after a training.</summary>
internal static class ImageSpecs
{
    public static ImageSpec Of(int channels, int height, int width, int bits, int levels, int components, int context = 0) => new()
    {
        Shape = new ImageShape(channels, height, width),
        Bits = bits,
        Levels = levels,
        HiddenChannels = 6,
        Blocks = 2,
        Background = (1 << bits) - 2,
        Components = components,
        Context = context,
    };

    public static CodeSpec Codes { get; } = new() { Words = 3, Dimensions = 4, PriorLayers = 1, PriorWidth = 32, KnowsGrid = true, HalvesAtOnce = true };

    /// <summary>Start values with noise on all of them.</summary>
    public static IReadOnlyList<NamedArray> Arrays(ImageSpec spec, ulong seed = 1, float noise = 0.3f)
    {
        var arrays = spec.Start(seed);
        var random = RandomStream.For(seed, "perturbed");
        foreach (var array in arrays.Where(array => !array.Name.StartsWith(CodeSpec.Book, StringComparison.Ordinal) && !array.Name.StartsWith(ImageCouplingSpec.Start, StringComparison.Ordinal)))
        {
            foreach (ref float value in array.Values.AsSpan())
                value += noise * (float)random.NextNormal();
        }
        return arrays;
    }

    public static ImageEvaluator Evaluator(ImageSpec spec, ulong seed = 1) => new(new ImageNetwork(spec, Arrays(spec, seed), CPU));

    /// <summary>All images of so many values and levels, (levels^D, D).</summary>
    public static byte[] All(ImageSpec spec)
    {
        int values = spec.Shape.Values, count = 1 << (spec.Bits * values);
        var images = new byte[count * values];
        for (int image = 0; image < count; image++)
        {
            for (int value = 0; value < values; value++)
                images[image * values + value] = (byte)(image >> (value * spec.Bits) & (spec.LevelCount - 1));
        }
        return images;
    }

    public static float[] LogProbabilities(IImageEvaluator evaluator, byte[] images, float[]? given = null)
    {
        var logs = new float[images.Length];
        int count = images.Length / evaluator.Spec.Shape.Values;
        evaluator.Score(images, given ?? [], count, logs, new int[count * evaluator.Spec.CodeLength], new float[count]);
        return logs;
    }
}
