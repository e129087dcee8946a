using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>The sequential latent: its code book, its prior, and what is counted of it.</summary>
public sealed class CodeTests
{
    private const int Words = 3;

    // Four words of three.
    private static readonly ImageSpec s_spec = ImageSpecs.Of(1, 8, 8, 2, 2, 0, context: 2) with { Codes = ImageSpecs.Codes };

    private static long[] AllSequences(int length) =>
        [.. Enumerable.Range(0, (int)Math.Pow(Words, length)).SelectMany(number => Enumerable.Range(0, length).Select(place => number / (long)Math.Pow(Words, place) % Words))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]     // files of an earlier version
    public void The_prior_of_all_sequences_sums_to_one_given_each_context_and_a_word_moves_none_before_it(bool knowsGrid)
    {
        var spec = s_spec with { Codes = ImageSpecs.Codes with { KnowsGrid = knowsGrid, HalvesAtOnce = knowsGrid } };
        using var network = new ImageNetwork(spec, ImageSpecs.Arrays(spec), CPU);
        using var scope = NewDisposeScope();
        long[] all = AllSequences(4);
        int count = all.Length / 4;
        Assert.Equal((4, 81), (s_spec.CodeLength, count));
        double[][] sums = [.. new[] { 0f, 1f }.Select(given =>
        {
            var context = tensor(Enumerable.Repeat(new[] { given, 1 - given }, count).SelectMany(pair => pair).ToArray(), [count, 2]);
            float[] logs = network.Prior!.LogProbability(tensor(all, [count, 4]), context).data<float>().ToArray();
            return logs.Select(log => Math.Exp(log)).ToArray();
        })];
        Assert.All(sums, probabilities => Assert.Equal(1, probabilities.Sum(), 1e-6));
        Assert.True(sums[0].Zip(sums[1]).Sum(pair => Math.Abs(pair.First - pair.Second)) > 0.01);
        Assert.True(sums[0].Max() > 2.0 / count, "The weights make no difference.");

        var some = tensor(new float[] { 0, 1 }, [1, 2]);
        float[] before = Logs(0, 2, 1, 0);
        for (int place = 0; place < 4; place++)
        {
            long[] other = [0, 2, 1, 0];
            other[place] = (other[place] + 1) % Words;
            float[] after = Logs(other);
            Assert.Equal(before[..((place + 1) * Words)], after[..((place + 1) * Words)]);
            Assert.Equal(place < 3, !before.SequenceEqual(after));
        }

        float[] Logs(params long[] words) => network.Prior!.LogProbabilities(tensor(words, [1, 4]), some).contiguous().data<float>().ToArray();
    }

    /// <summary>Two rows of two words: only those of the second have one above them.</summary>
    [Theory]
    [InlineData("above", false, true)]
    [InlineData("places", true, true)]
    public void The_prior_is_told_the_word_above_and_the_place(string array, bool movesFirst, bool movesSecond)
    {
        var arrays = ImageSpecs.Arrays(s_spec);
        double[] before = Logs(), after;
        var random = RandomStream.For(4, "moved");
        foreach (ref float value in arrays.Single(other => other.Name == "prior." + array).Values.AsSpan())
            value += (float)random.NextNormal();
        after = Logs();
        Assert.Equal(movesFirst, !before[..(2 * Words)].SequenceEqual(after[..(2 * Words)]));
        Assert.Equal(movesSecond, !before[(2 * Words)..].SequenceEqual(after[(2 * Words)..]));

        double[] Logs()
        {
            using var network = new ImageNetwork(s_spec, arrays, CPU);
            using var scope = NewDisposeScope();
            return [.. network.Prior!.LogProbabilities(tensor(new long[] { 0, 2, 1, 0 }, [1, 4]), tensor(new float[] { 0, 1 }, [1, 2])).contiguous().data<float>().ToArray()];
        }
    }

    [Fact]
    public void A_word_is_its_own_nearest_and_scoring_changes_nothing()
    {
        using var network = new ImageNetwork(s_spec, ImageSpecs.Arrays(s_spec), CPU);
        using var evaluator = new ImageEvaluator(network);
        using (NewDisposeScope())
            Assert.Equal([0L, 1, 2], network.Encoder!.Words(network.Encoder.Values(tensor(new long[] { 0, 1, 2 }))).data<long>().ToArray());
        var before = network.Weights.Extract();
        byte[] images = [.. Enumerable.Range(0, 3 * 64).Select(i => (byte)(i * 7 % 4))];
        int[] codes = new int[12];
        float[] logs = new float[images.Length], codeLogs = new float[3];
        evaluator.Score(images, [1, 0, 1, 0, 0, 1], 3, logs, codes, codeLogs);
        Assert.All(codeLogs, log => Assert.True(log < 0));
        foreach (var (first, second) in before.Zip(network.Weights.Extract()))
            Assert.Equal(first.Values, second.Values);
    }

    [Fact]
    public void Words_follow_what_was_given_to_them_and_unused_ones_begin_again_where_something_is()
    {
        using var network = new ImageNetwork(s_spec, s_spec.Start(1), CPU);
        using var scope = NewDisposeScope();
        var encoder = network.Encoder!;
        float[] rows = [1, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0];
        // At first each word begins at one of the rows, which are three different ones: two that begin at the same would be one word.
        encoder.Update(tensor(rows, [4, 4]), tensor(new long[] { 0, 0, 0, 0 }), RandomStream.For(1, "words"));
        float[] book = Book();
        Assert.All(rows.Chunk(4), row => Assert.Contains(row, book.Chunk(4)));
        // Each word has a share of 1/3 then; three quarters of the rows go to the first: (0.97 / 3 b + 0.03 * 3/4 mean) / (0.97 / 3 + 0.03 * 3/4).
        encoder.Update(tensor(rows, [4, 4]), tensor(new long[] { 0, 0, 0, 1 }), RandomStream.For(2, "words"));
        double kept = 0.97 / 3, fresh = 0.03 / 4;
        Assert.Equal((kept * book[0] + fresh * 2) / (kept + 3 * fresh), Book()[0], 1e-5);
        Assert.Equal((kept * book[1] + fresh * 2) / (kept + 3 * fresh), Book()[1], 1e-5);
        Assert.Equal((kept * book[6] + fresh * 3) / (kept + fresh), Book()[6], 1e-5);
        // The third is not used, and begins again when its share is a tenth of an even one: 0.97^n = 0.1.
        for (int step = 2; step < 100; step++)
        {
            float[] third = Book()[8..];
            encoder.Update(tensor(rows, [4, 4]).Times(step), tensor(new long[] { 0, 0, 0, 1 }), RandomStream.For((ulong)step, "words"));
            bool begins = !third.Zip(Book()[8..]).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4 * (1 + Math.Abs(pair.First)));
            Assert.Equal(step == (int)Math.Ceiling(Math.Log(0.1) / Math.Log(0.97)), begins);
            if (begins)
                break;
        }

        float[] Book() => network.Weights.Extract().Single(array => array.Name == "book.words").Values;
    }

    /// <summary>With all words the sum is p(x), and it rises with each that enters.</summary>
    [Fact]
    public void More_words_raise_the_bound_to_the_probability_of_the_image()
    {
        var random = RandomStream.For(3, "images");
        byte[] images = [.. Enumerable.Range(0, 2 * 64).Select(_ => (byte)random.NextInt(4))];
        float[] given = [1, 0, 0, 1];
        double[]? before = null;
        foreach (int count in new[] { 1, 2, 5, 20, 81 })
        {
            var spec = s_spec with { Codes = ImageSpecs.Codes with { TopCodes = count } };
            using var evaluator = ImageSpecs.Evaluator(spec);
            float[] logs = new float[images.Length], codeLogs = new float[2], gains = new float[2];
            evaluator.Score(images, given, 2, logs, new int[8], codeLogs, gains);
            double[] found = [.. Enumerable.Range(0, 2).Select(i => logs.AsSpan(i * 64, 64).ToArray().Sum(log => (double)log) + codeLogs[i] + gains[i])];
            Assert.All(gains, gain => Assert.True(count == 1 ? gain == 0 : gain > 0, $"{gain} with {count}"));
            for (int i = 0; i < 2 && before is not null; i++)
                Assert.True(found[i] >= before[i] - 1e-4, $"{found[i]} after {before[i]}");
            before = found;
        }
        // Each grid of words on its own.
        using var network = new ImageNetwork(s_spec, ImageSpecs.Arrays(s_spec), CPU);
        long[] all = AllSequences(4);
        double[] sums = [0, 0];
        using var mode = no_grad();
        for (int i = 0; i < 2; i++)
        {
            for (int sequence = 0; sequence < 81; sequence++)
            {
                using var scope = NewDisposeScope();
                var words = tensor(all[(sequence * 4)..(sequence * 4 + 4)]);
                var (planes, context) = network.Inputs(images.AsSpan(i * 64, 64), given.AsSpan(i * 2, 2), 1);
                double log = network.Pixels.LogProbability(planes, new Conditions(context, network.Encoder!.Grid(network.Encoder.Values(words))), 1, random).item<float>();
                sums[i] += Math.Exp(log + network.Prior!.LogProbability(words.reshape(1, 4), context).item<float>() - before![i]);
            }
            Assert.Equal(1, sums[i], 1e-3);
        }
    }

    [Fact]
    public void The_nearest_words_are_those_of_all_in_their_order()
    {
        var random = RandomStream.For(4, "distances");
        float[] distances = [.. Enumerable.Range(0, 4 * Words).Select(_ => (float)random.NextUniform())];
        long[] all = AllSequences(4);
        int[][] sorted = [.. Enumerable.Range(0, 81).Select(i => all[(i * 4)..(i * 4 + 4)].Select(word => (int)word).ToArray())
            .OrderBy(words => words.Select((word, place) => (double)distances[place * Words + word]).Sum())];
        foreach (int count in new[] { 1, 7, 81, 200 })
            Assert.Equal(sorted.Take(count).SelectMany(words => words), NearestCodes.Of(distances, 4, Words, count));
    }

    /// <summary>
    /// Pictures of four tiles of 4 x 4 pixels, each one of four patterns with two bits of entropy, in whose pixels one of ten is another level:
    /// 8 bits of words and 64 H(0.1) bits of noise.
    /// </summary>
    private static Picture[] Tiles(int count, ulong seed)
    {
        var random = RandomStream.For(seed, "tiles");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int[] patterns = [random.NextInt(4), random.NextInt(4), random.NextInt(4), random.NextInt(4)];
            return new Picture
            {
                Pixels = [.. Enumerable.Range(0, 64).Select(pixel =>
                {
                    int x = pixel % 8, y = pixel / 8;
                    bool isLight = patterns[y / 4 * 2 + x / 4] switch { 0 => true, 1 => x % 2 == 0, 2 => y % 2 == 0, _ => false };
                    return random.NextUniform() < 0.1 ? 64f : isLight ? 192f : 0f;
                })],
            };
        })];
    }

    private const double WordBits = 8, NoiseBits = 64 * 0.468996;

    [Fact]
    public void Words_name_the_patterns_of_tiles_and_all_of_them_is_counted()
    {
        var ml = new MLContext(seed: 1);
        var view = SmallPictures.View(ml, Tiles(2_000, seed: 1), 1, 8, 8);
        var options = SmallPictures.Options(epochs: 5);
        (options.Latent, options.CodeWords, options.PriorLayers, options.PriorWidth) = (ImageLatent.Sequential, 8, 1, 32);
        (options.LatentCodesColumnName, options.CodeBitsColumnName, options.ReconstructionColumnName) = ("LatentCodes", "CodeBits", "Reconstruction");
        var told = new List<TrainingProgress>();
        options.Training.Progress = new Listener(told.Add);
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        Picture[] pictures = Tiles(150, seed: 2);
        // Training and held-out losses are of the same in both stages, words and pixels: of untrained words first, then of those that are learned.
        Assert.All(told.Skip(1), progress => Assert.InRange(progress.TrainingLoss, 0.85 * progress.ValidationLoss, 1.25 * progress.ValidationLoss));
        var scored = model.Transform(SmallPictures.View(ml, pictures, 1, 8, 8));

        double[] bits = [.. scored.GetColumn<float>("LogDensity").Select(density => -density / Math.Log(2))];
        double mean = bits.Average(), error = Math.Sqrt(bits.Sum(value => (value - mean) * (value - mean)) / bits.Length / bits.Length);
        double codeBits = scored.GetColumn<float>("CodeBits").Average();
        Assert.InRange(mean, WordBits + NoiseBits - 3 * error, WordBits + NoiseBits + 6);
        Assert.Equal(mean, scored.GetColumn<float[]>("PixelBits").Average(map => map.Sum()) + codeBits, 1e-3);
        ReadOnlyMemory<char> kind = default;
        scored.Schema["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
        Assert.Equal("TopCodesBound(1)", kind.ToString());

        // A word tells a pattern: each word that is used has one of them nearly always.
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["LatentCodes"].Annotations.GetValue("KeyValues", ref names);
        Assert.Equal("Code7", names.GetItemOrDefault(7).ToString());
        uint[] codes = [.. scored.GetColumn<uint[]>("LatentCodes").SelectMany(words => words)];
        Assert.Equal(4 * 150, codes.Length);
        double perplexity = Math.Exp(-codes.CountBy(code => code).Sum(pair => pair.Value / 600.0 * Math.Log(pair.Value / 600.0)));
        Assert.True(perplexity > 3, $"Perplexity {perplexity}.");
        Assert.True(codeBits < 4 * 3, $"{codeBits} bits.");
        float[][] rebuilt = [.. scored.GetColumn<float[]>("Reconstruction")];
        double alike = pictures.Zip(rebuilt).Average(pair => pair.First.Pixels.Zip(pair.Second).Count(level => level.First == level.Second) / 64.0);
        Assert.True(alike > 0.8, $"{alike} of the pixels.");

        float[][] drawn = [.. model.Sample(50, seed: 1).GetColumn<float[]>("Pixels")];
        Assert.InRange(drawn.Average(image => image.Count(level => level == 64) / 64.0), 0.05, 0.2);
        using var file = new MemoryStream();
        ml.Model.Save(model, view.Schema, file);
        var loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(codes, loaded.Transform(SmallPictures.View(ml, pictures, 1, 8, 8)).GetColumn<uint[]>("LatentCodes").SelectMany(words => words));
    }

    /// <summary>Steps of no size learn nothing: what is left is what is counted.</summary>
    [Fact]
    public void The_prior_starts_from_how_frequent_words_are_at_each_place()
    {
        var ml = new MLContext(seed: 1);
        var view = SmallPictures.View(ml, Tiles(2_000, seed: 1), 1, 8, 8);
        var options = SmallPictures.Options(epochs: 1);
        (options.Latent, options.CodeWords, options.PriorLayers, options.PriorWidth) = (ImageLatent.Sequential, 8, 1, 32);
        (options.LatentCodesColumnName, options.CodeBitsColumnName, options.Training.LearningRate) = ("LatentCodes", "CodeBits", 1e-9);
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(view);
        var scored = model.Transform(view);
        uint[][] codes = [.. scored.GetColumn<uint[]>("LatentCodes")];
        double bits = Enumerable.Range(0, 4).Sum(place => codes.CountBy(words => words[place]).Sum(pair => -pair.Value / 2_000.0 * Math.Log2(pair.Value / 2_000.0)));
        Assert.InRange(bits, 4, 11.5);      // of 12, were all as frequent
        // They are counted in some of the images.
        Assert.InRange(scored.GetColumn<float>("CodeBits").Average(), bits, bits + 0.3);
    }
}
