using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>From the width or height logits u of a spline to the exponentials of the limited ones, <c>v = u / (1 + |u| / limit)</c>, and back.</summary>
internal static class SplineSizeKernel<T> where T : unmanaged, ILanes<T>
{
    private const float Limit = (float)ParameterLimits.SoftLogarithm;

    /// <summary>e_j = e^v_j for each bin, S = sum_j e_j and 1 / S. The limit keeps all exponents small.</summary>
    /// <param name="shape">Of the spline.</param>
    /// <param name="axis">Which axis.</param>
    /// <param name="logits">K rows.</param>
    /// <param name="rows">See <see cref="SplineRows"/>.</param>
    /// <param name="columns">Columns in use.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in SplineShape shape, SplineAxis axis, ReadOnlySpan<float> logits, Span<float> rows, int columns)
    {
        ref float from = ref MemoryMarshal.GetReference(logits);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float to = ref Unsafe.Add(ref first, SplineRows.Exponentials(axis, shape.Bins));
        ref float sums = ref Unsafe.Add(ref first, axis.Sum * Panel.Columns);
        ref float inverseSums = ref Unsafe.Add(ref first, axis.InverseSum * Panel.Columns);
        T scale = T.Broadcast(shape.LogitScale);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T sum = default;
            for (int bin = 0; bin < shape.Bins; bin++)
            {
                nuint at = (nuint)(bin * Panel.Columns) + column;
                T u = T.Load(ref from, at) * scale;
                T e = LaneMath<T>.ExpWithin(u / LaneMath<T>.Limiter(u, Limit));
                e.Store(ref to, at);
                sum += e;
            }
            sum.Store(ref sums, column);
            (T.Broadcast(1f) / sum).Store(ref inverseSums, column);
        }
    }

    /// <summary>The same, and dv/du = 1 / (1 + |u| / limit)^2 for each bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardWithLimits(in SplineShape shape, SplineAxis axis, ReadOnlySpan<float> logits, Span<float> rows, int columns)
    {
        ref float from = ref MemoryMarshal.GetReference(logits);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float to = ref Unsafe.Add(ref first, SplineRows.Exponentials(axis, shape.Bins));
        ref float limits = ref Unsafe.Add(ref first, SplineRows.Limits(axis, shape.Bins));
        ref float sums = ref Unsafe.Add(ref first, axis.Sum * Panel.Columns);
        ref float inverseSums = ref Unsafe.Add(ref first, axis.InverseSum * Panel.Columns);
        T scale = T.Broadcast(shape.LogitScale), one = T.Broadcast(1f);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T sum = default;
            for (int bin = 0; bin < shape.Bins; bin++)
            {
                nuint at = (nuint)(bin * Panel.Columns) + column;
                T u = T.Load(ref from, at) * scale;
                T inverse = one / LaneMath<T>.Limiter(u, Limit);
                T e = LaneMath<T>.ExpWithin(u * inverse);
                e.Store(ref to, at);
                (inverse * inverse).Store(ref limits, at);
                sum += e;
            }
            sum.Store(ref sums, column);
            (one / sum).Store(ref inverseSums, column);
        }
    }

    /// <summary>
    /// By the logit of bin j, from the gradients by start s and size w of the bin i of the value. The start is a sum of the sizes
    /// before: with p_j = e_j / S, d_j = g_s for j &lt; i, g_w for j = i, 0 beyond, it is
    /// <c>2B c1 p_j (d_j - sum_l p_l d_l)</c> times the slope of the limit.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in SplineShape shape, SplineAxis axis, Span<float> logits, ReadOnlySpan<float> rows, int columns)
    {
        ref float to = ref MemoryMarshal.GetReference(logits);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float exponentials = ref Unsafe.Add(ref first, SplineRows.Exponentials(axis, shape.Bins));
        ref float limits = ref Unsafe.Add(ref first, SplineRows.Limits(axis, shape.Bins));
        T length = T.Broadcast(2 * shape.Bound * shape.Share * shape.LogitScale);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T inverseSum = SplineRows.Row<T>(ref first, axis.InverseSum, column), index = SplineRows.Row<T>(ref first, SplineRows.Index, column);
            T gStart = SplineRows.Row<T>(ref first, axis.StartGradient, column), gSize = SplineRows.Row<T>(ref first, axis.SizeGradient, column);
            T mean = T.MultiplyAdd(gStart, SplineRows.Row<T>(ref first, axis.Before, column), gSize * SplineRows.Row<T>(ref first, axis.Own, column)) * inverseSum;
            T factor = inverseSum * length;
            T before = gStart - mean, own = gSize - mean, beyond = -mean;
            for (int bin = 0; bin < shape.Bins; bin++)
            {
                nuint at = (nuint)(bin * Panel.Columns) + column;
                T direct = T.Select(
                    T.LessOrEqual(T.Broadcast(bin + 1), index), before, T.Select(T.LessOrEqual(T.Broadcast(bin), index), own, beyond));
                (factor * T.Load(ref exponentials, at) * T.Load(ref limits, at) * direct).Store(ref to, at);
            }
        }
    }
}
