using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>What becomes of a number y, given a and b from the same place of two other panels. A type, so that the compiler builds it into the loop.</summary>
internal interface IElementOperation<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Whether y matters: a panel that is only written need not be fetched.</summary>
    static abstract bool ReadsTarget { get; }

    T Apply(T a, T b, T y);
}

/// <summary>max(a, 0).</summary>
internal readonly struct Rectification<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.Max(a, default);
}

/// <summary>y where a is above 0, else 0, times a number.</summary>
internal readonly struct RectificationGradient<T>(float scale) : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    private readonly T _scale = T.Broadcast(scale);

    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.Select(T.LessOrEqual(a, default), default, y * _scale);
}

/// <summary>y + b where a is above 0, else y.</summary>
internal readonly struct AddedRectificationGradient<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => y + T.Select(T.LessOrEqual(a, default), default, b);
}

/// <summary>a, held within +-limit.</summary>
internal readonly struct Clamping<T>(float limit) : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    private readonly T _limit = T.Broadcast(limit);

    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.Min(T.Max(a, -_limit), _limit);
}

/// <summary>y + b where a is within +-limit, else y.</summary>
internal readonly struct AddedClampingGradient<T>(float limit) : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    private readonly T _limit = T.Broadcast(limit);

    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => y + T.Select(T.LessOrEqual(T.Abs(a), _limit), b, default);
}

/// <summary>a b.</summary>
internal readonly struct Product<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => a * b;
}

/// <summary>a - b.</summary>
internal readonly struct Difference<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => a - b;
}

/// <summary>a / b.</summary>
internal readonly struct Quotient<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => a / b;
}

/// <summary>y + a.</summary>
internal readonly struct AddedNumber<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => y + a;
}

/// <summary>y + a b.</summary>
internal readonly struct AddedProduct<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.MultiplyAdd(a, b, y);
}

/// <summary>y a (1 - a).</summary>
internal readonly struct SigmoidDerivative<T> : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => y * a * (T.Broadcast(1f) - a);
}

/// <summary>a, or 0 where it is within +-limit.</summary>
internal readonly struct Clearing<T>(float limit) : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    private readonly T _limit = T.Broadcast(limit);

    public static bool ReadsTarget => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.Select(T.LessOrEqual(T.Abs(a), _limit), default, a);
}

/// <summary>y, or the bound where y is below it or no number.</summary>
internal readonly struct LowerBound<T>(float least) : IElementOperation<T> where T : unmanaged, ILanes<T>
{
    private readonly T _least = T.Broadcast(least);

    public static bool ReadsTarget => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply(T a, T b, T y) => T.Select(T.LessOrEqual(_least, y), y, _least);
}
