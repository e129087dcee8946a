using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.NormalizingFlows.Managed.Lanes;

/// <summary>Eight numbers: x86 with AVX2 and FMA.</summary>
internal readonly struct Lanes256 : ILanes<Lanes256>
{
    private readonly Vector256<float> _values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> values) => _values = values;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref readonly float source, nuint offset) => new(Vector256.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint offset) => _values.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._values + b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._values - b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._values * b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._values / b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a) => new(-a._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Vector256.MultiplyAddEstimate(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 a) => new(Vector256.Abs(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 a) => new(Vector256.Sqrt(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Round(Lanes256 a) => new(Vector256.Round(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LessOrEqual(Lanes256 a, Lanes256 b) => new(Vector256.LessThanOrEqual(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Select(Lanes256 mask, Lanes256 yes, Lanes256 no) =>
        new(Vector256.ConditionalSelect(mask._values, yes._values, no._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 TimesPowerOfTwo(Lanes256 a, Lanes256 n)
    {
        var exponent = Vector256.ConvertToInt32Native(n._values) + Vector256.Create(127);
        return new(a._values * Vector256.ShiftLeft(exponent, 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Mantissa(Lanes256 a, out Lanes256 exponent)
    {
        var bits = a._values.AsInt32();
        exponent = new(Vector256.ConvertToSingle(Vector256.ShiftRightLogical(bits, 23) - Vector256.Create(126)));
        return new(((bits & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector256.Sum(_values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Uniforms(uint first, uint step)
    {
        var bits = Vector256.Create(first) + Vector256.Create(step) * Vector256<uint>.Indices;
        bits ^= Vector256.ShiftRightLogical(bits, 16);
        bits *= Vector256.Create(0x85EBCA6Bu);
        bits ^= Vector256.ShiftRightLogical(bits, 13);
        bits *= Vector256.Create(0xC2B2AE35u);
        bits ^= Vector256.ShiftRightLogical(bits, 16);
        return new(Vector256.ConvertToSingle(Vector256.ShiftRightLogical(bits, 8).AsInt32()) * Vector256.Create(1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref readonly float source, nuint sourceStride, ref float target, nuint targetStride)
    {
        // Pairs of rows are interleaved within each half, then pairs of pairs, then halves change places.
        var a0 = Vector256.LoadUnsafe(in source);
        var a1 = Vector256.LoadUnsafe(in source, sourceStride);
        var a2 = Vector256.LoadUnsafe(in source, 2 * sourceStride);
        var a3 = Vector256.LoadUnsafe(in source, 3 * sourceStride);
        var a4 = Vector256.LoadUnsafe(in source, 4 * sourceStride);
        var a5 = Vector256.LoadUnsafe(in source, 5 * sourceStride);
        var a6 = Vector256.LoadUnsafe(in source, 6 * sourceStride);
        var a7 = Vector256.LoadUnsafe(in source, 7 * sourceStride);
        var b0 = Avx.UnpackLow(a0, a1);
        var b1 = Avx.UnpackHigh(a0, a1);
        var b2 = Avx.UnpackLow(a2, a3);
        var b3 = Avx.UnpackHigh(a2, a3);
        var b4 = Avx.UnpackLow(a4, a5);
        var b5 = Avx.UnpackHigh(a4, a5);
        var b6 = Avx.UnpackLow(a6, a7);
        var b7 = Avx.UnpackHigh(a6, a7);
        a0 = Avx.Shuffle(b0, b2, 0x44);
        a1 = Avx.Shuffle(b0, b2, 0xEE);
        a2 = Avx.Shuffle(b1, b3, 0x44);
        a3 = Avx.Shuffle(b1, b3, 0xEE);
        a4 = Avx.Shuffle(b4, b6, 0x44);
        a5 = Avx.Shuffle(b4, b6, 0xEE);
        a6 = Avx.Shuffle(b5, b7, 0x44);
        a7 = Avx.Shuffle(b5, b7, 0xEE);
        Avx.Permute2x128(a0, a4, 0x20).StoreUnsafe(ref target);
        Avx.Permute2x128(a1, a5, 0x20).StoreUnsafe(ref target, targetStride);
        Avx.Permute2x128(a2, a6, 0x20).StoreUnsafe(ref target, 2 * targetStride);
        Avx.Permute2x128(a3, a7, 0x20).StoreUnsafe(ref target, 3 * targetStride);
        Avx.Permute2x128(a0, a4, 0x31).StoreUnsafe(ref target, 4 * targetStride);
        Avx.Permute2x128(a1, a5, 0x31).StoreUnsafe(ref target, 5 * targetStride);
        Avx.Permute2x128(a2, a6, 0x31).StoreUnsafe(ref target, 6 * targetStride);
        Avx.Permute2x128(a3, a7, 0x31).StoreUnsafe(ref target, 7 * targetStride);
    }
}
