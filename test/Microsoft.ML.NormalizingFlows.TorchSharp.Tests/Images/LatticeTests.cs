using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Images;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>A flow over the lattice of the pixels is a distribution: exact, in its order, and what it draws has its probabilities.</summary>
public sealed class LatticeTests
{
    /// <summary>Channels, height, width, bits, halvings, logistics; all with 256 images.</summary>
    public static TheoryData<int, int, int, int, int, int> Enumerable => new()
    {
        { 1, 2, 2, 2, 2, 0 },
        { 1, 2, 2, 2, 1, 0 },
        { 1, 2, 2, 2, 0, 0 },
        { 1, 2, 2, 2, 2, 3 },
        { 1, 2, 2, 2, 0, 3 },
        { 2, 1, 2, 2, 1, 0 },
        { 2, 2, 1, 2, 0, 3 },
        { 4, 1, 1, 2, 2, 0 },
        { 1, 2, 4, 1, 1, 0 },
    };

    [Theory, MemberData(nameof(Enumerable))]
    public void The_probabilities_of_all_images_sum_to_one(int channels, int height, int width, int bits, int levels, int components)
    {
        var spec = ImageSpecs.Of(channels, height, width, bits, levels, components);
        using var evaluator = ImageSpecs.Evaluator(spec);
        double[] probabilities = Probabilities(evaluator, spec);
        Assert.Equal(256, probabilities.Length);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.True(probabilities.Max() > 2.0 / 256, "The weights make no difference.");
    }

    [Theory, MemberData(nameof(Enumerable))]
    public void New_images_come_as_often_as_they_are_probable(int channels, int height, int width, int bits, int levels, int components)
    {
        const int Count = 2_048;
        var spec = ImageSpecs.Of(channels, height, width, bits, levels, components);
        using var evaluator = ImageSpecs.Evaluator(spec);
        double[] probabilities = Probabilities(evaluator, spec);
        var images = new byte[Count * spec.Shape.Values];
        evaluator.Sample(Count, RandomStream.For(1, "test"), [], images);
        var counts = new double[probabilities.Length];
        for (int i = 0; i < Count; i++)
        {
            int image = 0;
            for (int value = 0; value < spec.Shape.Values; value++)
                image |= images[i * spec.Shape.Values + value] << (value * bits);
            counts[image]++;
        }
        // Pearson's sum over the images has mean n - 1 and variance 2 (n - 1) and a bit; rare ones are counted together.
        double sum = 0, rareCount = 0, rareExpected = 0;
        int terms = 0;
        for (int image = 0; image < counts.Length; image++)
        {
            double expected = Count * probabilities[image];
            if (expected < 5)
            {
                (rareCount, rareExpected) = (rareCount + counts[image], rareExpected + expected);
                continue;
            }
            sum += (counts[image] - expected) * (counts[image] - expected) / expected;
            terms++;
        }
        sum += (rareCount - rareExpected) * (rareCount - rareExpected) / Math.Max(1, rareExpected);
        Assert.InRange(sum, terms - 5 * Math.Sqrt(2 * terms), terms + 5 * Math.Sqrt(2 * terms));
    }

    [Theory, InlineData(0, 1), InlineData(1, 1), InlineData(2, 1), InlineData(0, 3), InlineData(2, 3)]
    public void A_pixel_is_given_those_before_it_alone_and_all_of_them_near_by(int levels, int channels)
    {
        var spec = ImageSpecs.Of(channels, 6, 5, 3, levels, 0);
        using var evaluator = ImageSpecs.Evaluator(spec);
        int values = spec.Shape.Values;
        var random = RandomStream.For(1, "image");
        var image = new byte[values];
        foreach (ref byte level in image.AsSpan())
            level = (byte)random.NextInt(8);
        float[] before = ImageSpecs.LogProbabilities(evaluator, image);
        int[] order = Order(spec);
        int reached = 0;
        for (int place = 0; place < values; place++)
        {
            byte[] other = [.. image];
            other[order[place]] = (byte)((other[order[place]] + 1) % 8);
            float[] after = ImageSpecs.LogProbabilities(evaluator, other);
            for (int earlier = 0; earlier < place; earlier++)
                Assert.Equal(before[order[earlier]], after[order[earlier]]);
            if (place + 1 < values && before[order[place + 1]] != after[order[place + 1]])
                reached++;
        }
        Assert.True(reached > values / 8, $"Only {reached} of {values} values say something of the next.");
    }

    /// <summary>Channels, height, width, halvings, logistics, context values, whether there are words.</summary>
    public static TheoryData<int, int, int, int, int, int, bool> Walked => new()
    {
        { 1, 12, 11, 0, 0, 0, false },
        { 3, 5, 9, 0, 0, 2, false },
        { 1, 9, 6, 0, 3, 2, true },
        { 3, 3, 2, 0, 3, 0, true },
        { 1, 1, 1, 0, 0, 0, false },
        { 2, 17, 13, 2, 0, 2, true },
    };

    /// <summary>One pixel after another is drawn from what convolutions have seen before; here each pixel by a pass over the whole image.</summary>
    [Theory, MemberData(nameof(Walked))]
    public void An_image_is_drawn_as_whole_passes_draw_it(int channels, int height, int width, int levels, int components, int context, bool hasWords)
    {
        const int Count = 3;
        var spec = ImageSpecs.Of(channels, height, width, 3, levels, components, context) with { Codes = hasWords ? ImageSpecs.Codes : null };
        using var weights = new ImageWeights(spec, ImageSpecs.Arrays(spec), CPU);
        using var model = new LatticeModel(spec, weights, CPU);
        using var scope = NewDisposeScope();
        var random = RandomStream.For(1, "given");
        var given = new Conditions(Normal(context, Count, context), Normal(hasWords ? 1 : 0, Count, spec.CodeRows, spec.CodeColumns, spec.GridChannels));
        byte[] walked = Background(), whole = Background();
        model.Draw(walked, given, Count, Uniform());
        var uniform = Uniform();
        foreach (var group in spec.Groups())
        {
            using var network = new PixelNetwork(spec, group, weights, CPU);
            var places = System.Linq.Enumerable.Range(0, network.Rows * network.Columns).Select(place => (place, Row: group.First.Row + place / network.Columns * group.Stride, Column: group.First.Column + place % network.Columns * group.Stride))
                .Where(place => place.Row < height && place.Column < width).ToArray();
            foreach (var together in group.IsMasked ? places.Chunk(1) : places.Chunk(Math.Max(1, places.Length)))
            {
                Tensor hidden = Hidden(), values = zeros(Count * together.Length, channels), flags = zeros(Count * together.Length, channels);
                for (int channel = 0; channel < channels; channel++)
                {
                    byte[] drawn = network.Draw(hidden, values, flags, channel, pixel => uniform(pixel / together.Length));
                    for (int i = 0; i < drawn.Length; i++)
                    {
                        var (_, row, column) = together[i % together.Length];
                        whole[((i / together.Length * channels + channel) * spec.PaddedHeight + row) * spec.PaddedWidth + column] = drawn[i];
                        values[i, channel] = 2f * drawn[i] / (spec.LevelCount - 1) - 1;
                        flags[i, channel] = drawn[i] == spec.Background ? 0 : 1;
                    }
                }

                Tensor Hidden()
                {
                    var features = network.Features(new ImagePlanes(spec, whole, Count, CPU), given).reshape(Count, -1, spec.HiddenChannels);
                    return network.Hidden(features.index_select(1, tensor(together.Select(place => (long)place.place).ToArray())).reshape(-1, spec.HiddenChannels));
                }
            }
        }
        Assert.Equal(whole, walked);
        Assert.True(walked.Distinct().Count() >= Math.Min(6, channels * height * width), "The images are nearly empty.");

        byte[] Background() => [.. System.Linq.Enumerable.Repeat((byte)spec.Background, Count * channels * spec.PaddedHeight * spec.PaddedWidth)];
        Tensor? Normal(int size, params long[] shape) =>
            size == 0 ? null : tensor(System.Linq.Enumerable.Range(0, (int)shape.Aggregate(1L, (product, next) => product * next)).Select(_ => (float)random.NextNormal()).ToArray(), shape);
        Func<int, double> Uniform()
        {
            RandomStream[] streams = [.. System.Linq.Enumerable.Range(0, Count).Select(image => RandomStream.For((ulong)image, "drawn"))];
            return image => streams[image].NextUniform();
        }
    }

    [Theory, InlineData(0, 0), InlineData(2, 0), InlineData(2, 3)]
    public void A_score_does_not_depend_on_the_batch_but_for_rounding(int levels, int components)
    {
        var spec = ImageSpecs.Of(1, 7, 6, 3, levels, components, context: 2);
        using var evaluator = ImageSpecs.Evaluator(spec);
        int values = spec.Shape.Values;
        var random = RandomStream.For(1, "images");
        byte[] images = [.. System.Linq.Enumerable.Range(0, 100 * values).Select(_ => (byte)random.NextInt(8))];
        var given = new float[100 * 2];
        random.FillNormal(given);
        float[] all = ImageSpecs.LogProbabilities(evaluator, images, given);
        for (int image = 0; image < 100; image += 9)
        {
            float[] alone = ImageSpecs.LogProbabilities(evaluator, images[(image * values)..((image + 1) * values)], given[(image * 2)..(image * 2 + 2)]);
            for (int value = 0; value < values; value++)
                Assert.Equal(all[image * values + value], alone[value], 1e-5);
        }
        float[] empty = ImageSpecs.LogProbabilities(evaluator, []);
        Assert.Empty(empty);
    }

    [Fact]
    public void What_an_image_is_given_changes_its_probability()
    {
        var spec = ImageSpecs.Of(1, 2, 2, 2, 2, 0, context: 2);
        using var evaluator = ImageSpecs.Evaluator(spec);
        byte[] images = ImageSpecs.All(spec);
        double[] first = Probabilities(evaluator, spec, [1, 0]), second = Probabilities(evaluator, spec, [0, 1]);
        Assert.Equal(1, first.Sum(), 1e-5);
        Assert.Equal(1, second.Sum(), 1e-5);
        Assert.True(first.Zip(second).Sum(pair => Math.Abs(pair.First - pair.Second)) > 0.01);
        Assert.Equal(256 * 4, images.Length);
    }

    private static double[] Probabilities(IImageEvaluator evaluator, ImageSpec spec, float[]? given = null)
    {
        byte[] images = ImageSpecs.All(spec);
        int values = spec.Shape.Values, count = images.Length / values;
        float[] contexts = given is null ? [] : [.. System.Linq.Enumerable.Repeat(given, count).SelectMany(context => context)];
        float[] logs = ImageSpecs.LogProbabilities(evaluator, images, contexts);
        return [.. System.Linq.Enumerable.Range(0, count).Select(image => Math.Exp(logs.AsSpan(image * values, values).ToArray().Sum(log => (double)log)))];
    }

    // The places of the values in the order in which they are drawn.
    private static int[] Order(ImageSpec spec)
    {
        var order = new List<int>();
        foreach (var group in spec.Groups())
        {
            for (int row = group.First.Row; row < spec.Shape.Height; row += group.Stride)
            {
                for (int column = group.First.Column; column < spec.Shape.Width; column += group.Stride)
                {
                    for (int channel = 0; channel < spec.Shape.Channels; channel++)
                        order.Add(channel * spec.Shape.Pixels + row * spec.Shape.Width + column);
                }
            }
        }
        Assert.Equal(System.Linq.Enumerable.Range(0, spec.Shape.Values), order.Order());
        return [.. order];
    }
}
