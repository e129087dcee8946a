using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class RandomStreamTests
{
    [Fact]
    public void Bits_are_those_of_the_reference_generator()
    {
        // xoshiro256** with its state filled by SplitMix64 from seed 0, computed once by an independent program.
        var random = new RandomStream(0);
        Assert.Equal(0x99EC5F36CB75F2B4UL, random.NextBits());
        Assert.Equal(0xBF6E1F784956452AUL, random.NextBits());
        Assert.Equal(0x1A5F849D4933E6E0UL, random.NextBits());
    }

    [Fact]
    public void Same_seed_gives_the_same_stream_and_another_purpose_gives_another()
    {
        var first = RandomStream.For(7, "batches", 3);
        var again = RandomStream.For(7, "batches", 3);
        var others = new[] { RandomStream.For(7, "batches", 4), RandomStream.For(7, "latent", 3), RandomStream.For(8, "batches", 3) };
        ulong bits = first.NextBits();
        Assert.Equal(bits, again.NextBits());
        Assert.All(others, other => Assert.NotEqual(bits, other.NextBits()));
    }

    [Fact]
    public void Normals_have_the_moments_of_a_normal()
    {
        var random = new RandomStream(1);
        const int n = 200_000;
        var draws = Enumerable.Range(0, n).Select(_ => random.NextNormal()).ToArray();
        double mean = draws.Average();
        Assert.InRange(mean, -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
        Assert.InRange(draws.Average(x => x * x), 1 - 4 * Math.Sqrt(2.0 / n), 1 + 4 * Math.Sqrt(2.0 / n));
        Assert.InRange(draws.Average(x => x * x * x * x), 3 - 4 * Math.Sqrt(96.0 / n), 3 + 4 * Math.Sqrt(96.0 / n));
    }

    [Fact]
    public void Integers_cover_their_range_evenly()
    {
        var random = new RandomStream(2);
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++)
            counts[random.NextInt(10)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }

    [Fact]
    public void Shuffle_keeps_every_item()
    {
        var items = Enumerable.Range(0, 100).ToArray();
        new RandomStream(3).Shuffle(items.AsSpan());
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
