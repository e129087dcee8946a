using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Compiled.Kernels;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Compiled.Maps.Spline;

/// <summary>
/// From the raw slopes at the ends of a bin to the slopes, <c>1e-3 + softplus(v)</c> with v = u / (1 + |u| / limit), and
/// back; an outer knot has slope 1. Of all knots only these two are worked out.
/// </summary>
internal static class SplineSlopeKernel<T> where T : unmanaged, ILanes<T>
{
    private const float LeastSlope = 1e-3f;
    private const float Limit = (float)SoftLimit.Slope;

    /// <summary>Fills <see cref="SplineRows.Slope0"/> and <see cref="SplineRows.Slope1"/>.</summary>
    public static void Forward(in SplineShape shape, Span<float> rows, int columns)
    {
        Forward(SplineRows.RawSlope0, SplineRows.Slope0, -1, 0, rows, columns);
        Forward(SplineRows.RawSlope1, SplineRows.Slope1, 1, shape.Bins - 1, rows, columns);
    }

    /// <summary>From the gradients by the two slopes to those by all raw slopes, 0 at all other knots.</summary>
    public static void Backward(in SplineShape shape, Span<float> slopes, Span<float> rows, int columns)
    {
        Differentiate(SplineRows.RawSlope0, SplineRows.SlopeGradient0, -1, 0, rows, columns);
        Differentiate(SplineRows.RawSlope1, SplineRows.SlopeGradient1, 1, shape.Bins - 1, rows, columns);
        Scatter(shape.Bins - 1, slopes, rows, columns);
    }

    // A knot is outer where side * index >= side * outer: the left end of the first bin, the right end of the last.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward(int raw, int slope, int side, int outer, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float from = ref Unsafe.Add(ref first, raw * Panel.Columns);
        ref float to = ref Unsafe.Add(ref first, slope * Panel.Columns);
        T sign = T.Broadcast(side), bound = T.Broadcast(side * outer);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T isOuter = T.LessOrEqual(bound, sign * T.Load(ref first, (nuint)(SplineRows.Index * Panel.Columns) + column));
            T u = T.Load(ref from, column);
            T inner = LaneMath<T>.Softplus(u / Limiter(u)) + T.Broadcast(LeastSlope);
            T.Select(isOuter, T.Broadcast(1f), inner).Store(ref to, column);
        }
    }

    // g becomes g sigmoid(v) dv/du, 0 at an outer knot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate(int raw, int gradient, int side, int outer, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float from = ref Unsafe.Add(ref first, raw * Panel.Columns);
        ref float to = ref Unsafe.Add(ref first, gradient * Panel.Columns);
        T sign = T.Broadcast(side), bound = T.Broadcast(side * outer);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T isOuter = T.LessOrEqual(bound, sign * T.Load(ref first, (nuint)(SplineRows.Index * Panel.Columns) + column));
            T u = T.Load(ref from, column);
            T inverse = T.Broadcast(1f) / Limiter(u);
            T derivative = LaneMath<T>.Sigmoid(u * inverse) * inverse * inverse;
            T.Select(isOuter, default, T.Load(ref to, column) * derivative).Store(ref to, column);
        }
    }

    // Knot number knot + 1 is the left end of bin knot + 1 and the right end of bin knot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(int knots, Span<float> slopes, ReadOnlySpan<float> rows, int columns)
    {
        ref float to = ref MemoryMarshal.GetReference(slopes);
        ref float first = ref MemoryMarshal.GetReference(rows);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T index = T.Load(ref first, (nuint)(SplineRows.Index * Panel.Columns) + column);
            T g0 = T.Load(ref first, (nuint)(SplineRows.SlopeGradient0 * Panel.Columns) + column);
            T g1 = T.Load(ref first, (nuint)(SplineRows.SlopeGradient1 * Panel.Columns) + column);
            for (int knot = 0; knot < knots; knot++)
            {
                T distance = T.Broadcast(knot) - index;
                T right = T.Select(T.LessOrEqual(T.Abs(distance), default), g1, default);
                T left = T.Select(T.LessOrEqual(T.Abs(distance + T.Broadcast(1f)), default), g0, default);
                (left + right).Store(ref to, (nuint)(knot * Panel.Columns) + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Limiter(T u) => T.MultiplyAdd(T.Abs(u), T.Broadcast(1 / Limit), T.Broadcast(1f));
}
