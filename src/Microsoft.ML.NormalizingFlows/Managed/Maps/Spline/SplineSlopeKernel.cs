using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// From the raw slopes at the ends of a bin to the slopes, <c>1e-3 + softplus(v)</c> with v = u / (1 + |u| / limit), and
/// back; an outer knot has slope 1. Of all knots only these two are worked out.
/// </summary>
internal static class SplineSlopeKernel<T> where T : unmanaged, ILanes<T>
{
    private const float MinimumSlope = 1e-3f;
    private const float Limit = (float)ParameterLimits.SoftSlope;

    /// <summary>Fills <see cref="SplineRows.Slope0"/> and <see cref="SplineRows.Slope1"/>, side by side: neither waits for the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in SplineShape shape, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        T one = T.Broadcast(1f), least = T.Broadcast(MinimumSlope), last = T.Broadcast(shape.Bins - 1);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T index = SplineRows.Row<T>(ref first, SplineRows.Index, column);
            T u0 = SplineRows.Row<T>(ref first, SplineRows.RawSlope0, column), u1 = SplineRows.Row<T>(ref first, SplineRows.RawSlope1, column);
            T slope0 = LaneMath<T>.Softplus(u0 / LaneMath<T>.Limiter(u0, Limit)) + least, slope1 = LaneMath<T>.Softplus(u1 / LaneMath<T>.Limiter(u1, Limit)) + least;
            SplineRows.Note(ref first, SplineRows.Slope0, column, T.Select(T.LessOrEqual(index, default), one, slope0));
            SplineRows.Note(ref first, SplineRows.Slope1, column, T.Select(T.LessOrEqual(last, index), one, slope1));
        }
    }

    /// <summary>
    /// The same, and in <see cref="SplineRows.RawSlope0"/> and <see cref="SplineRows.RawSlope1"/> their derivatives by the raw slopes,
    /// <c>sigmoid(v) / (1 + |u| / limit)^2</c>, 0 at an outer knot.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardWithDerivatives(in SplineShape shape, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        T one = T.Broadcast(1f), least = T.Broadcast(MinimumSlope), last = T.Broadcast(shape.Bins - 1);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T index = SplineRows.Row<T>(ref first, SplineRows.Index, column);
            T isFirst = T.LessOrEqual(index, default), isLast = T.LessOrEqual(last, index);
            T u0 = SplineRows.Row<T>(ref first, SplineRows.RawSlope0, column), u1 = SplineRows.Row<T>(ref first, SplineRows.RawSlope1, column);
            T inverse0 = one / LaneMath<T>.Limiter(u0, Limit), inverse1 = one / LaneMath<T>.Limiter(u1, Limit);
            T v0 = u0 * inverse0, v1 = u1 * inverse1;
            T z0 = LaneMath<T>.Decay(v0), z1 = LaneMath<T>.Decay(v1);
            T slope0 = T.Max(v0, default) + LaneMath<T>.LogOnePlus(z0) + least, slope1 = T.Max(v1, default) + LaneMath<T>.LogOnePlus(z1) + least;
            SplineRows.Note(ref first, SplineRows.Slope0, column, T.Select(isFirst, one, slope0));
            SplineRows.Note(ref first, SplineRows.Slope1, column, T.Select(isLast, one, slope1));
            SplineRows.Note(ref first, SplineRows.RawSlope0, column, T.Select(isFirst, default, LaneMath<T>.SigmoidOf(v0, z0) * inverse0 * inverse0));
            SplineRows.Note(ref first, SplineRows.RawSlope1, column, T.Select(isLast, default, LaneMath<T>.SigmoidOf(v1, z1) * inverse1 * inverse1));
        }
    }

    /// <summary>From the gradients by the two slopes to those by all raw slopes, 0 at all other knots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in SplineShape shape, Span<float> slopes, ReadOnlySpan<float> rows, int columns)
    {
        ref float to = ref MemoryMarshal.GetReference(slopes);
        ref float first = ref MemoryMarshal.GetReference(rows);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T index = SplineRows.Row<T>(ref first, SplineRows.Index, column);
            T g0 = SplineRows.Row<T>(ref first, SplineRows.SlopeGradient0, column) * SplineRows.Row<T>(ref first, SplineRows.RawSlope0, column);
            T g1 = SplineRows.Row<T>(ref first, SplineRows.SlopeGradient1, column) * SplineRows.Row<T>(ref first, SplineRows.RawSlope1, column);
            for (int knot = 0; knot < shape.Bins - 1; knot++)
            {
                // Knot number knot + 1 is the left end of bin knot + 1 and the right end of bin knot.
                T distance = T.Broadcast(knot) - index;
                T right = T.Select(T.LessOrEqual(T.Abs(distance), default), g1, default);
                T left = T.Select(T.LessOrEqual(T.Abs(distance + T.Broadcast(1f)), default), g0, default);
                (left + right).Store(ref to, (nuint)(knot * Panel.Columns) + column);
            }
        }
    }
}
