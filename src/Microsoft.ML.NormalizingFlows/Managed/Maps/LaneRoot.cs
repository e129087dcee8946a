using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>A rising function, lane by lane.</summary>
internal interface IRisingFunction<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Value and slope, above 0.</summary>
    (T Value, T Slope) At(T x);
}

/// <summary><c>MonotoneRoot</c> on lanes: Newton's steps within a bracket, and one more at the end.</summary>
internal static class LaneRoot<T> where T : unmanaged, ILanes<T>
{
    // float32 has fewer digits to find than the float64 of MonotoneRoot.
    private const int MaximumSteps = 60;
    private const float Tolerance = 64 * 1.1920929e-7f;

    /// <summary>Where a function takes a value, or the end of the bracket that is nearest to it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Find<TFunction>(T target, T low, T high, TFunction function)
        where TFunction : IRisingFunction<T>, allows ref struct
    {
        T half = T.Broadcast(0.5f), one = T.Broadcast(1f);
        // What is beyond an end is found there, exactly: a line may begin there.
        T top = function.At(high).Value, bottom = function.At(low).Value, isAbove = T.LessOrEqual(top, target), isBeneath = T.LessOrEqual(target, bottom);
        T last = high, first = low;
        target = T.Max(T.Min(target, top), bottom);
        T tolerance = (T.Abs(target) + one) * T.Broadcast(Tolerance);
        T x = (low + high) * half, length = high - low, found = x, smallest = T.Broadcast(float.MaxValue);
        for (int step = 0; step < MaximumSteps; step++)
        {
            var (value, slope) = function.At(x);
            T excess = value - target, size = T.Abs(excess), isNearer = T.LessOrEqual(size, smallest), isBelow = T.LessOrEqual(excess, default);
            found = T.Select(isNearer, x, found);
            smallest = T.Select(isNearer, size, smallest);
            if (T.Select(T.LessOrEqual(smallest, tolerance), default, one).Sum() == 0)
                break;
            low = T.Select(isBelow, x, low);
            high = T.Select(isBelow, high, x);
            T newton = x - excess / slope, middle = (low + high) * half;
            // Within the bracket, and at most half as long as the step before.
            T next = T.Select(T.LessOrEqual(low, newton), newton, middle);
            next = T.Select(T.LessOrEqual(newton, high), next, middle);
            next = T.Select(T.LessOrEqual(T.Abs(newton - x), length * half), next, middle);
            length = T.Abs(next - x);
            x = next;
        }
        return T.Select(isBeneath, first, T.Select(isAbove, last, found));
    }
}
