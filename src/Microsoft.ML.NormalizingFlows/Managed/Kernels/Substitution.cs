using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>The steps of solving a triangular system for all columns of a panel at once.</summary>
internal static class Substitution<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Row <paramref name="target"/> becomes <c>(itself - sum_k c_k row(first + k)) factor</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> coefficients, Span<float> panel, int first, int target, float factor, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % T.Count, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, (Math.Max(target, first + coefficients.Length - 1) + 1) * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Panel.Columns);
        nuint lanes = (nuint)T.Count, column = 0;
        ref float start = ref MemoryMarshal.GetReference(panel);
        ref float row = ref Unsafe.Add(ref start, target * Panel.Columns);
        ref float source = ref Unsafe.Add(ref start, first * Panel.Columns);
        T scale = T.Broadcast(factor);
        for (; column + 4 * lanes <= (nuint)columns; column += 4 * lanes)
        {
            T s0 = T.Load(ref row, column), s1 = T.Load(ref row, column + lanes);
            T s2 = T.Load(ref row, column + 2 * lanes), s3 = T.Load(ref row, column + 3 * lanes);
            for (int k = 0; k < coefficients.Length; k++)
            {
                T c = T.Broadcast(-coefficients[k]);
                nuint at = (nuint)(k * Panel.Columns) + column;
                s0 = T.MultiplyAdd(c, T.Load(ref source, at), s0);
                s1 = T.MultiplyAdd(c, T.Load(ref source, at + lanes), s1);
                s2 = T.MultiplyAdd(c, T.Load(ref source, at + 2 * lanes), s2);
                s3 = T.MultiplyAdd(c, T.Load(ref source, at + 3 * lanes), s3);
            }
            (s0 * scale).Store(ref row, column);
            (s1 * scale).Store(ref row, column + lanes);
            (s2 * scale).Store(ref row, column + 2 * lanes);
            (s3 * scale).Store(ref row, column + 3 * lanes);
        }
        for (; column < (nuint)columns; column += lanes)
        {
            T sum = T.Load(ref row, column);
            for (int k = 0; k < coefficients.Length; k++)
                sum = T.MultiplyAdd(T.Broadcast(-coefficients[k]), T.Load(ref source, (nuint)(k * Panel.Columns) + column), sum);
            (sum * scale).Store(ref row, column);
        }
    }

    /// <summary>Adds a number to a row.</summary>
    public static void Shift(Span<float> row, float number, int columns)
    {
        T shift = T.Broadcast(number);
        row = row[..columns];
        for (int column = 0; column < row.Length; column += T.Count)
            (T.Load(ref row[column]) + shift).Store(ref row[column]);
    }
}
