namespace Density.Data.Paper;

/// <summary>
/// The numbers of numpy.random.RandomState(seed): the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), so that
/// shuffles and noise of published preprocessing come out number for number.
/// </summary>
internal sealed class NumpyRandom
{
    private const int Size = 624, Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    public NumpyRandom(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < Size; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
    }

    /// <summary><c>rand()</c>: uniform on [0, 1) with 53 bits.</summary>
    public double NextDouble() => ((NextBits() >> 5) * 67108864.0 + (NextBits() >> 6)) / 9007199254740992.0;

    /// <summary><c>shuffle(x)</c> along the first axis.</summary>
    public void Shuffle<T>(T[] items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)i);
            uint j;
            do
                j = NextBits() & mask;
            while (j > i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private uint NextBits()
    {
        if (_next == Size)
            Twist();
        uint bits = _state[_next++];
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9d2c5680u;
        bits ^= (bits << 15) & 0xefc60000u;
        return bits ^ (bits >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint bits = (_state[i] & 0x80000000u) | (_state[(i + 1) % Size] & 0x7fffffffu);
            _state[i] = _state[(i + Middle) % Size] ^ (bits >> 1) ^ ((bits & 1) * 0x9908b0dfu);
        }
        _next = 0;
    }
}
