using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Scores and draws images in inference mode.</summary>
internal sealed class ImageEvaluator(ImageNetwork network) : IImageEvaluator
{
    /// <summary>Images at once: bounds memory whatever the batch.</summary>
    private const int Block = 64;

    public ImageSpec Spec => network.Spec;

    public void Score(ReadOnlySpan<byte> images, ReadOnlySpan<float> contexts, int count, Span<float> logProbabilities)
    {
        int values = Spec.Shape.Values, context = Spec.Context;
        using var mode = inference_mode();
        for (int start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            int size = Math.Min(Block, count - start);
            network.LogProbabilities(
                images.Slice(start * values, size * values), contexts.Slice(start * context, size * context), size, logProbabilities.Slice(start * values, size * values));
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
            var padded = ImagePlanes.Pad(Spec, new byte[size * values], size);
            padded.AsSpan().Fill((byte)Spec.Background);
            var given = contexts.Slice(start * context, size * context);
            foreach (var group in network.Groups)
                Draw(group, padded, given, random.Of([.. Enumerable.Range(start, size)]), size);
            ImagePlanes.Crop<byte>(Spec, padded, size, images.Slice(start * values, size * values));
        }
    }

    public void Dispose() => network.Dispose();

    private void Draw(PixelNetwork group, byte[] padded, ReadOnlySpan<float> given, RowStreams random, int count)
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
                Draw(group, padded, given, random, count, places);
            return;
        }
        foreach (var place in places)
            Draw(group, padded, given, random, count, [place]);
    }

    // Pixels at some places of the group, all given what is drawn already.
    private void Draw(PixelNetwork group, byte[] padded, ReadOnlySpan<float> given, RowStreams random, int count, List<(int Row, int Column)> places)
    {
        using var scope = NewDisposeScope();
        var (images, context) = network.Inputs(padded, given, count);
        var features = group.Features(images, context).permute(0, 2, 3, 1).reshape(count, -1, Spec.HiddenChannels);
        long[] chosen = [.. places.Select(place => (long)place.Row * group.Columns + place.Column)];
        var hidden = group.Hidden(features.index_select(1, tensor(chosen).to(network.Device)).reshape(-1, Spec.HiddenChannels));
        int channels = Spec.Shape.Channels, pixels = count * places.Count;
        float[] values = new float[pixels * channels], flags = new float[pixels * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            byte[] drawn = group.Draw(
                hidden, tensor(values, [pixels, channels]).to(network.Device), tensor(flags, [pixels, channels]).to(network.Device), channel,
                pixel => random[pixel / places.Count].NextUniform());
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
