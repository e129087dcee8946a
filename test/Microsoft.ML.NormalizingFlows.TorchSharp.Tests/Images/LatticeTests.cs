using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;

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
