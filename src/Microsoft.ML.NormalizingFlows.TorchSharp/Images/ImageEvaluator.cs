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
            network.LogProbabilities(planes, given, grid, size, logProbabilities.Slice(start * values, size * values));
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
        foreach (var group in network.Groups)
            Draw(group, padded, given, grid, uniform, count);
        ImagePlanes.Crop<byte>(Spec, padded, count, images);
    }

    private static int[] Integers(Tensor words) => Array.ConvertAll(FlowArrays.Copy("", words.to(float32)).Values, word => (int)word);

    private void Draw(PixelNetwork group, byte[] padded, ReadOnlySpan<float> given, Tensor? grid, Func<int, double> uniform, int count)
    {
        var (stride, first) = (group.Group.Stride, group.Group.First);
        var places = new List<(int Row, int Column)>();
        for (int row = 0; row < group.Rows; row++)
        {
            for (int column = 0; column < group.Columns; column++)
            {
                if (first.Row + row * stride < Spec.Shape.Height && first.Column + column * stride < Spec.Shape.Width)
                    places.Add((row, column));
            }
        }
        if (!group.Group.IsMasked)
        {
            if (places.Count > 0)
                Draw(group, padded, given, grid, uniform, count, places);
            return;
        }
        foreach (var place in places)
            Draw(group, padded, given, grid, uniform, count, [place]);
    }

    // Pixels at some places of the group, all given what is drawn already.
    private void Draw(PixelNetwork group, byte[] padded, ReadOnlySpan<float> given, Tensor? grid, Func<int, double> uniform, int count, List<(int Row, int Column)> places)
    {
        using var scope = NewDisposeScope();
        var (images, context) = network.Inputs(padded, given, count);
        var features = group.Features(images, context, grid).reshape(count, -1, Spec.HiddenChannels);
        long[] chosen = [.. places.Select(place => (long)place.Row * group.Columns + place.Column)];
        var hidden = group.Hidden(features.index_select(1, tensor(chosen).to(network.Device)).reshape(-1, Spec.HiddenChannels));
        int channels = Spec.Shape.Channels, pixels = count * places.Count;
        float[] values = new float[pixels * channels], flags = new float[pixels * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            byte[] drawn = group.Draw(
                hidden, ImageWeights.Copied(tensor(values, [pixels, channels]), network.Device), ImageWeights.Copied(tensor(flags, [pixels, channels]), network.Device), channel,
                pixel => uniform(pixel / places.Count));
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                var (row, column) = places[pixel % places.Count];
                row = group.Group.First.Row + row * group.Group.Stride;
                column = group.Group.First.Column + column * group.Group.Stride;
                padded[((pixel / places.Count * channels + channel) * Spec.PaddedHeight + row) * Spec.PaddedWidth + column] = drawn[pixel];
                values[pixel * channels + channel] = 2f * drawn[pixel] / (Spec.LevelCount - 1) - 1;
                flags[pixel * channels + channel] = drawn[pixel] == Spec.Background ? 0 : 1;
            }
        }
    }
}
