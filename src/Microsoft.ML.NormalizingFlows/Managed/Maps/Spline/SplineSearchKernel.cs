using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// Finds the bin of each value without normalising the bins: with E_j the sum of the first j exponentials, knot j lies at or below
/// x where <c>E_j + j c0 S / c1 &lt;= (x + B) / 2B  S / c1</c>. No lane branches: each bin that starts at or below x replaces
/// what was noted of the one before.
/// </summary>
internal static class SplineSearchKernel<T> where T : unmanaged, ILanes<T>
{
    /// <param name="shape">Of the spline.</param>
    /// <param name="along">The axis of the values.</param>
    /// <param name="across">The other one.</param>
    /// <param name="values">A row; those outside [-B, B] count as its ends.</param>
    /// <param name="slopes">The raw slopes, K - 1 rows.</param>
    /// <param name="rows">See <see cref="SplineRows"/>.</param>
    /// <param name="columns">Columns in use.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in SplineShape shape, SplineAxis along, SplineAxis across, ReadOnlySpan<float> values, ReadOnlySpan<float> slopes, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float slopeFirst = ref MemoryMarshal.GetReference(slopes);
        ref float alongFirst = ref Unsafe.Add(ref first, SplineRows.Exponentials(along, shape.Bins));
        ref float acrossFirst = ref Unsafe.Add(ref first, SplineRows.Exponentials(across, shape.Bins));
        int lastSlope = shape.Bins - 2;
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T unit = T.Broadcast(1 / shape.Share) * T.Load(ref first, (nuint)(along.Sum * Panel.Columns) + column);
            T position = T.MultiplyAdd(T.Load(ref MemoryMarshal.GetReference(values), column), T.Broadcast(0.5f / shape.Bound), T.Broadcast(0.5f));
            T target = T.Min(T.Max(position, default), T.Broadcast(1f)) * unit;
            T gap = T.Broadcast(SplineShape.MinimumSize) * unit;
            T ownAlong = T.Load(ref alongFirst, column), ownAcross = T.Load(ref acrossFirst, column);
            T beforeAlong = default, beforeAcross = default, index = default;
            T sumAlong = ownAlong, sumAcross = ownAcross, shift = gap;
            T slope0 = T.Load(ref slopeFirst, column), slope1 = slope0, next = slope0;
            for (int bin = 1; bin < shape.Bins; bin++)
            {
                nuint at = (nuint)(bin * Panel.Columns) + column;
                T beyond = T.LessOrEqual(sumAlong + shift, target);
                T e = T.Load(ref alongFirst, at), f = T.Load(ref acrossFirst, at);
                beforeAlong = T.Select(beyond, sumAlong, beforeAlong);
                beforeAcross = T.Select(beyond, sumAcross, beforeAcross);
                ownAlong = T.Select(beyond, e, ownAlong);
                ownAcross = T.Select(beyond, f, ownAcross);
                index = T.Select(beyond, T.Broadcast(bin), index);
                slope0 = T.Select(beyond, next, slope0);
                next = T.Load(ref slopeFirst, (nuint)(Math.Min(bin, lastSlope) * Panel.Columns) + column);
                slope1 = T.Select(beyond, next, slope1);
                sumAlong += e;
                sumAcross += f;
                shift += gap;
            }
            SplineRows.Note(ref first, along.Before, column, beforeAlong);
            SplineRows.Note(ref first, along.Own, column, ownAlong);
            SplineRows.Note(ref first, across.Before, column, beforeAcross);
            SplineRows.Note(ref first, across.Own, column, ownAcross);
            SplineRows.Note(ref first, SplineRows.Index, column, index);
            SplineRows.Note(ref first, SplineRows.RawSlope0, column, slope0);
            SplineRows.Note(ref first, SplineRows.RawSlope1, column, slope1);
        }
    }
}
