using System.Numerics;

namespace Microsoft.ML;

/// <summary>
/// The generator behind every seed of ML.NET: three Tausworthe steps and a linear congruence, exclusive-or'ed
/// (GPU Gems 3, chapter 37). The same seed gives the same numbers as in the real package.
/// </summary>
internal sealed class TauswortheHybrid : Random
{
    private uint _z1;
    private uint _z2;
    private uint _z3;
    private uint _z4;

    public TauswortheHybrid(uint seed)
    {
        _z1 = seed;
        _z2 = MurmurRound(_z1, seed);
        _z3 = MurmurRound(_z2, seed);
        _z4 = MurmurRound(_z3, seed);
    }

    public TauswortheHybrid(Random source)
    {
        _z1 = AtLeast128(source);
        _z2 = AtLeast128(source);
        _z3 = AtLeast128(source);
        _z4 = NextUInt32(source);
    }

    public static TauswortheHybrid Create(int? seed) => seed is { } value ? new((uint)value) : new(new Random());

    public float NextFloat() => (NextUInt32() >> 9) * (1f / (1 << 23));

    public int NextSigned() => (int)NextUInt32();

    public override double NextDouble() => NextUInt32() * (1.0 / (1L << 32));

    public override int Next()
    {
        var u = NextUInt32();
        return (int)(u + (u & 0x80000000U));
    }

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)((NextUInt32() * (ulong)maxValue) >> 32);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)((long)(NextDouble() * ((long)maxValue - minValue)) + minValue);
    }

    public override void NextBytes(byte[] buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
            buffer[i] = (byte)Next();
    }

    private static uint MurmurRound(uint hash, uint chunk)
    {
        hash ^= BitOperations.RotateLeft(chunk * 0xCC9E2D51, 15) * 0x1B873593;
        return BitOperations.RotateLeft(hash, 13) * 5 + 0xE6546B64;
    }

    private static uint NextUInt32(Random source) => ((uint)source.Next(0x10000) << 16) | (uint)source.Next(0x10000);

    // Smaller seeds leave a Tausworthe register in a short cycle.
    private static uint AtLeast128(Random source)
    {
        uint value;
        do
            value = NextUInt32(source);
        while (value < 128);
        return value;
    }

    private static uint Tausworthe(uint z, int s1, int s2, int s3, uint mask) => ((z & mask) << s3) ^ (((z << s1) ^ z) >> s2);

    private uint NextUInt32()
    {
        _z1 = Tausworthe(_z1, 13, 19, 12, ~1U);
        _z2 = Tausworthe(_z2, 2, 25, 4, ~7U);
        _z3 = Tausworthe(_z3, 3, 11, 17, ~15U);
        _z4 = _z4 * 1664525 + 1013904223;
        return _z1 ^ _z2 ^ _z3 ^ _z4;
    }
}
