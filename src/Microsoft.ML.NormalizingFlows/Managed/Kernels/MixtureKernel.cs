using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// The components of a Gaussian mixture on panels of points u, (D, columns), with <c>t_mi = (u_i - mean_mi) inverse_mi</c>. Tables
/// have a row of D numbers for each component, rows <c>stride</c> apart.
/// </summary>
internal static class MixtureKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Row m of <paramref name="logDensities"/> becomes <c>constant_m - sum_i t_mi^2 / 2</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogDensities(
        ReadOnlySpan<float> u, ReadOnlySpan<float> means, ReadOnlySpan<float> inverses, int stride, ReadOnlySpan<float> constants,
        Span<float> logDensities, int dimensions, int columns)
    {
        Check(u, means, inverses, stride, logDensities, constants.Length, dimensions, columns);
        ref float from = ref MemoryMarshal.GetReference(u);
        ref float to = ref MemoryMarshal.GetReference(logDensities);
        for (int m = 0; m < constants.Length; m++)
        {
            ReadOnlySpan<float> mean = means.Slice(m * stride, dimensions), inverse = inverses.Slice(m * stride, dimensions);
            T constant = T.Broadcast(constants[m]);
            for (int column = 0; column < columns; column += T.Count)
            {
                T sum = default;
                for (int i = 0; i < dimensions; i++)
                {
                    T t = (T.Load(ref from, Panel.At(i, column)) - T.Broadcast(mean[i])) * T.Broadcast(inverse[i]);
                    sum = T.MultiplyAdd(t, t, sum);
                }
                T.MultiplyAdd(sum, T.Broadcast(-0.5f), constant).Store(ref to, Panel.At(m, column));
            }
        }
    }

    /// <summary>
    /// From shares r, (M, columns), to gradients: <c>g_i = -sum_m r_m t_mi inverse_mi</c> for each column, and summed over the
    /// columns, added: <c>gMean_mi += r_m t_mi inverse_mi</c>, <c>gLogScale_mi += r_m (t_mi^2 - 1)</c>. A share of 0 adds 0 whatever u is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(
        ReadOnlySpan<float> u, ReadOnlySpan<float> means, ReadOnlySpan<float> inverses, int stride, ReadOnlySpan<float> shares,
        Span<float> g, Span<float> gMeans, Span<float> gLogScales, int components, int dimensions, int columns)
    {
        Check(u, means, inverses, stride, shares, components, dimensions, columns);
        Check(g, gMeans, gLogScales, stride, shares, components, dimensions, columns);
        ref float from = ref MemoryMarshal.GetReference(u);
        ref float to = ref MemoryMarshal.GetReference(g);
        ref float share = ref MemoryMarshal.GetReference(shares);
        for (int i = 0; i < dimensions; i++)
        {
            for (int column = 0; column < columns; column += T.Count)
                default(T).Store(ref to, Panel.At(i, column));
            for (int m = 0; m < components; m++)
            {
                int at = m * stride + i;
                T mean = T.Broadcast(means[at]), inverse = T.Broadcast(inverses[at]), sum = default, squares = default;
                for (int column = 0; column < columns; column += T.Count)
                {
                    T r = T.Load(ref share, Panel.At(m, column)), t = (T.Load(ref from, Panel.At(i, column)) - mean) * inverse;
                    T none = T.LessOrEqual(T.Abs(r), default), q = T.Select(none, default, r * t);
                    sum += q;
                    squares += T.Select(none, default, T.MultiplyAdd(q, t, -r));
                    T.MultiplyAdd(-q, inverse, T.Load(ref to, Panel.At(i, column))).Store(ref to, Panel.At(i, column));
                }
                gMeans[at] += sum.Sum() * inverses[at];
                gLogScales[at] += squares.Sum();
            }
        }
    }

    // The loops read and write panels without looking: what they touch is checked here.
    private static void Check(
        ReadOnlySpan<float> points, ReadOnlySpan<float> first, ReadOnlySpan<float> second, int stride, ReadOnlySpan<float> rows, int components,
        int dimensions, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % T.Count, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(points.Length, dimensions * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, components * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Length, components * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(second.Length, components * stride);
    }
}
