using System.Numerics;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// A seeded stream of random numbers whose values never change from one version or machine to another, so that a seed
/// reproduces: xoshiro256** (Blackman and Vigna 2021), its state filled by SplitMix64. Streams for different purposes
/// are derived from one seed by name or number and are independent of the order in which they are drawn from.
/// </summary>
internal sealed class RandomStream
{
    private ulong _s0, _s1, _s2, _s3;
    private double _spareNormal = double.NaN;

    public RandomStream(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>A seed for one purpose: the same <paramref name="seed"/>, <paramref name="purpose"/> and <paramref name="index"/> give the same.</summary>
    public static ulong Derive(ulong seed, string purpose, ulong index = 0)
    {
        ulong state = seed;
        ulong mixed = SplitMix(ref state);
        foreach (char c in purpose)
        {
            state = mixed ^ c;
            mixed = SplitMix(ref state);
        }
        state = mixed ^ index;
        return SplitMix(ref state);
    }

    /// <summary>A stream for one purpose, see <see cref="Derive"/>.</summary>
    public static RandomStream For(ulong seed, string purpose, ulong index = 0) => new(Derive(seed, purpose, index));

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform on the open interval (0, 1): never 0, never 1.</summary>
    public double NextUniform() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform on 0 .. <paramref name="bound"/> - 1.</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextBits(), (ulong)bound, out _);
    }

    /// <summary>Standard normal, by Box and Muller's polar-free form.</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }
        double radius = Math.Sqrt(-2 * Math.Log(NextUniform()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextUniform());
        _spareNormal = radius * sin;
        return radius * cos;
    }

    /// <summary>Fills <paramref name="values"/> with standard normals.</summary>
    public void FillNormal(Span<float> values)
    {
        foreach (ref float value in values)
            value = (float)NextNormal();
    }

    /// <summary>Fills <paramref name="values"/> with uniforms on (low, high).</summary>
    public void FillUniform(Span<float> values, float low = 0, float high = 1)
    {
        foreach (ref float value in values)
            value = low + (high - low) * (float)NextUniform();
    }

    /// <summary>Up to <paramref name="most"/> of the numbers from 0 to below <paramref name="count"/>, each once, in random order.</summary>
    public int[] Choose(int count, int most)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle(order.AsSpan());
        return order[..Math.Min(count, most)];
    }

    /// <summary>Puts <paramref name="items"/> in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
