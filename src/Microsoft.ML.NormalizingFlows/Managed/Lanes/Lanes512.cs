using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.NormalizingFlows.Managed.Lanes;

/// <summary>Sixteen numbers: x86 with AVX-512.</summary>
internal readonly struct Lanes512 : ILanes<Lanes512>
{
    private readonly Vector512<float> _values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<float> values) => _values = values;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref readonly float source, nuint offset) => new(Vector512.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint offset) => _values.StoreUnsafe(ref target, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._values + b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._values - b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._values * b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._values / b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a) => new(-a._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Vector512.MultiplyAddEstimate(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 a) => new(Vector512.Abs(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 a) => new(Vector512.Sqrt(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Round(Lanes512 a) => new(Vector512.Round(a._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LessOrEqual(Lanes512 a, Lanes512 b) => new(Vector512.LessThanOrEqual(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Select(Lanes512 mask, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(mask._values, yes._values, no._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 TimesPowerOfTwo(Lanes512 a, Lanes512 n)
    {
        var exponent = Vector512.ConvertToInt32Native(n._values) + Vector512.Create(127);
        return new(a._values * Vector512.ShiftLeft(exponent, 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Mantissa(Lanes512 a, out Lanes512 exponent)
    {
        var bits = a._values.AsInt32();
        exponent = new(Vector512.ConvertToSingle(Vector512.ShiftRightLogical(bits, 23) - Vector512.Create(126)));
        return new(((bits & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F000000)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector512.Sum(_values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Uniforms(uint first, uint step)
    {
        var bits = Vector512.Create(first) + Vector512.Create(step) * Vector512<uint>.Indices;
        bits ^= Vector512.ShiftRightLogical(bits, 16);
        bits *= Vector512.Create(0x85EBCA6Bu);
        bits ^= Vector512.ShiftRightLogical(bits, 13);
        bits *= Vector512.Create(0xC2B2AE35u);
        bits ^= Vector512.ShiftRightLogical(bits, 16);
        return new(Vector512.ConvertToSingle(Vector512.ShiftRightLogical(bits, 8).AsInt32()) * Vector512.Create(1f / (1 << 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref readonly float source, nuint sourceStride, ref float target, nuint targetStride)
    {
        // Four blocks of 8 x 8.
        ref float from = ref Unsafe.AsRef(in source);
        ref float fromBelow = ref Unsafe.Add(ref from, 8 * sourceStride);
        ref float toBelow = ref Unsafe.Add(ref target, 8 * targetStride);
        Lanes256.Transpose(ref from, sourceStride, ref target, targetStride);
        Lanes256.Transpose(ref fromBelow, sourceStride, ref Unsafe.Add(ref target, 8), targetStride);
        Lanes256.Transpose(ref Unsafe.Add(ref from, 8), sourceStride, ref toBelow, targetStride);
        Lanes256.Transpose(ref Unsafe.Add(ref fromBelow, 8), sourceStride, ref Unsafe.Add(ref toBelow, 8), targetStride);
    }
}
