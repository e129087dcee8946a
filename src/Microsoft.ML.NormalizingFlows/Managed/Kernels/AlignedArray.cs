using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// Numbers that start at a cache line and do not move, all 0 at first: no register is loaded from two lines. Freed by the
/// garbage collector, as any array.
/// </summary>
internal sealed class AlignedArray
{
    private const int LineBytes = 64;
    private const int LineNumbers = LineBytes / sizeof(float);

    private readonly float[] _memory;
    private readonly int _start;

    public AlignedArray(int length)
    {
        Length = length;
        _memory = GC.AllocateArray<float>(checked(length + LineNumbers), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)((LineBytes - address % LineBytes) % LineBytes / sizeof(float));
    }

    public int Length { get; }

    public Span<float> Span => _memory.AsSpan(_start, Length);
}

/// <summary>Lengths in memory.</summary>
internal static class Lengths
{
    /// <summary>The least multiple of <paramref name="unit"/> that is not below <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int unit) => checked((length + unit - 1) / unit * unit);
}
