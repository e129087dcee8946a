using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Scores and draws images in inference mode.</summary>
internal sealed class ImageEvaluator(ImageNetwork network) : IImageEvaluator
{
    /// <summary>Images at once: bounds memory whatever the batch.</summary>
    private const int Block = 64;

    public ImageSpec Spec => network.Spec;

    public void Score(ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, Span<float> logProbabilities, Span<int> codes, Span<float> codeLogProbabilities)
    {
        int values = Spec.Shape.Values, context = Spec.Context;
        using var mode = inference_mode();
        for (int start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            int size = Math.Min(Block, count - start);
            var (planes, given) = network.Inputs(ImagePlanes.Pad(Spec, images.Slice(start * values, size * values), size), contexts.Slice(start * context, size * context), size);
            Tensor? grid = null;
            if (network.Encoder is { } encoder)
            {
                var words = encoder.Words(encoder.Features(planes));
                grid = encoder.Grid(encoder.Values(words));
                Integers(words).CopyTo(codes[(start * Spec.CodeLength)..]);
                FlowArrays.Copy("", network.Prior!.LogProbability(words.reshape(size, Spec.CodeLength), given)).Values.CopyTo(codeLogProbabilities[start..]);
            }
            network.Pixels.LogProbabilities(planes, new Conditions(given, grid), size, logProbabilities.Slice(start * Spec.Terms, size * Spec.Terms));
        }
    }

    public void Reconstruct(ReadOnlySpan<int> codes, ReadOnlySpan<float> contexts, int count, Span<byte> images)
    {
        int length = Spec.CodeLength, context = Spec.Context, values = Spec.Shape.Values;
        using var mode = inference_mode();
        for (int start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            int size = Math.Min(Block, count - start);
            Draw(codes.Slice(start * length, size * length).ToArray(), contexts.Slice(start * context, size * context), size, _ => 0.5, images.Slice(start * values, size * values));
        }
    }

    public void Sample(int count, RowStreams random, ReadOnlySpan<float> contexts, Span<byte> images)
    {
        int values = Spec.Shape.Values, context = Spec.Context;
        using var mode = inference_mode();
        for (int start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            int size = Math.Min(Block, count - start);
            var given = contexts.Slice(start * context, size * context);
            int from = start;
            double Uniform(int image) => random[from + image].NextUniform();
            int[] codes = network.Prior is { } prior ? DrawWords(prior, network.Context(given, size), size, Uniform) : [];
            Draw(codes, given, size, Uniform, images.Slice(start * values, size * values));
        }
    }

    public void Dispose() => network.Dispose();

    // Words one after another, each of all images.
    private int[] DrawWords(CodePrior prior, Tensor? context, int count, Func<int, double> uniform)
    {
        int length = Spec.CodeLength, words = Spec.Codes!.Words;
        var drawn = new long[count * length];
        for (int place = 0; place < length; place++)
        {
            using var scope = NewDisposeScope();
            float[] shares = FlowArrays.Copy("", prior.LogProbabilities(tensor(drawn, [count, length]).to(network.Device), context).select(1, place).exp()).Values;
            for (int image = 0; image < count; image++)
                drawn[image * length + place] = StateDraw.Choose(shares.AsSpan(image * words, words), 1, (float)uniform(image));
        }
        return Array.ConvertAll(drawn, word => (int)word);
    }

    // Images given their words, if there are any; a number for each random choice of an image.
    private void Draw(int[] codes, ReadOnlySpan<float> given, int count, Func<int, double> uniform, Span<byte> images)
    {
        var padded = new byte[count * Spec.Shape.Channels * Spec.PaddedHeight * Spec.PaddedWidth];
        padded.AsSpan().Fill((byte)Spec.Background);
        var grid = network.Encoder is { } encoder ? encoder.Grid(encoder.Values(tensor(Array.ConvertAll(codes, word => (long)word)).to(network.Device))) : null;
        network.Pixels.Draw(padded, new Conditions(network.Context(given, count), grid), count, uniform);
        ImagePlanes.Crop<byte>(Spec, padded, count, images);
    }

    private static int[] Integers(Tensor words) => Array.ConvertAll(FlowArrays.Copy("", words.to(float32)).Values, word => (int)word);
}
