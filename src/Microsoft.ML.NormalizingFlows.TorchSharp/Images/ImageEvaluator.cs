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

    public void Score(
        ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, Span<float> logProbabilities, Span<int> codes, Span<float> codeLogProbabilities, Span<float> gains = default,
        Span<float> latents = default)
    {
        int values = Spec.Shape.Values, context = Spec.Context, terms = Spec.Terms, length = Spec.CodeLength;
        using var mode = inference_mode();
        for (int start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            int size = Math.Min(Block, count - start);
            var (planes, given) = network.Inputs(ImagePlanes.Pad(Spec, images.Slice(start * values, size * values), size), contexts.Slice(start * context, size * context), size);
            var logs = logProbabilities.Slice(start * terms, size * terms);
            if (network.Latent is { } latent)
            {
                latent.Score(planes, given, size, logs, latents.IsEmpty ? [] : latents.Slice(start * Spec.Latent!.Size, size * Spec.Latent.Size));
                continue;
            }
            if (network.Encoder is not { } encoder)
            {
                network.Pixels.LogProbabilities(planes, new Conditions(given, null), size, logs);
                continue;
            }
            var features = encoder.Features(planes);
            int[] nearest = Integers(encoder.Words(features));
            nearest.CopyTo(codes[(start * length)..]);
            var codeLogs = codeLogProbabilities.Slice(start, size);
            ScoreWords(planes, given, nearest, size, logs, codeLogs);
            if (!gains.IsEmpty)
                AddWords(planes, given, features, size, logs, codeLogs, gains.Slice(start, size));
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
        grid ??= network.Latent?.DrawGrid(count, uniform);
        network.Pixels.Draw(padded, new Conditions(network.Context(given, count), grid), count, uniform);
        ImagePlanes.Crop<byte>(Spec, padded, count, images);
    }

    // ln p(x|z) and ln p(z) of the images with words (count, L).
    private void ScoreWords(ImagePlanes planes, Tensor? given, int[] codes, int count, Span<float> logs, Span<float> codeLogs)
    {
        var words = tensor(Array.ConvertAll(codes, word => (long)word)).to(network.Device);
        var encoder = network.Encoder!;
        network.Pixels.LogProbabilities(planes, new Conditions(given, encoder.Grid(encoder.Values(words))), count, logs);
        FlowArrays.Copy("", network.Prior!.LogProbability(words.reshape(count, Spec.CodeLength), given)).Values.CopyTo(codeLogs);
    }

    // What the next nearest words add to the nearest: ln sum_j p(z_j) p(x|z_j) is no less for each that enters.
    private void AddWords(ImagePlanes planes, Tensor? given, Tensor features, int count, ReadOnlySpan<float> logs, ReadOnlySpan<float> codeLogs, Span<float> gains)
    {
        int length = Spec.CodeLength, words = Spec.Codes!.Words, terms = Spec.Terms;
        float[] distances = FlowArrays.Copy("", network.Encoder!.Distances(features)).Values;
        int[][] nearest = [.. Enumerable.Range(0, count).Select(image => NearestCodes.Of(distances.AsSpan(image * length * words, length * words), length, words, Spec.Codes.TopCodes))];
        double[] first = Totals(logs, codeLogs), sums = [.. first.Select(_ => 1.0)];
        float[] otherLogs = new float[count * terms], otherCodeLogs = new float[count];
        for (int rank = 1; rank < nearest[0].Length / length; rank++)
        {
            using var scope = NewDisposeScope();
            ScoreWords(planes, given, [.. nearest.SelectMany(codes => codes.Skip(rank * length).Take(length))], count, otherLogs, otherCodeLogs);
            double[] totals = Totals(otherLogs, otherCodeLogs);
            for (int image = 0; image < count; image++)
                sums[image] += Math.Exp(totals[image] - first[image]);
        }
        for (int image = 0; image < count; image++)
            gains[image] = (float)Math.Log(sums[image]);

        double[] Totals(ReadOnlySpan<float> pixels, ReadOnlySpan<float> codes)
        {
            var totals = new double[count];
            for (int i = 0; i < pixels.Length; i++)
                totals[i / terms] += pixels[i];
            for (int image = 0; image < count; image++)
                totals[image] += codes[image];
            return totals;
        }
    }

    private static int[] Integers(Tensor words) => Array.ConvertAll(FlowArrays.Copy("", words.to(float32)).Values, word => (int)word);
}
