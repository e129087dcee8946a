namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// Uniform numbers by counter instead of in order: number i of a seed is there without those before it, on any thread and
/// any device. The finaliser of MurmurHash3 (Appleby 2011) mixes the counter. Good enough to drop units of a network; anything
/// that needs more takes a <see cref="RandomStream"/>.
/// </summary>
internal static class CounterHash
{
    /// <summary>Where the counters of a seed start: seeds next to one another start far apart.</summary>
    public static uint Start(uint seed) => Mix(seed * 0x9E3779B9u + 0x7F4A7C15u);

    /// <summary>Number <paramref name="counter"/>, in [0, 1), a multiple of 2^-24.</summary>
    public static float Uniform(uint counter) => (Mix(counter) >> 8) * (1f / (1 << 24));

    private static uint Mix(uint bits)
    {
        bits ^= bits >> 16;
        bits *= 0x85EBCA6Bu;
        bits ^= bits >> 13;
        bits *= 0xC2B2AE35u;
        return bits ^ (bits >> 16);
    }
}
