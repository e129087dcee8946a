using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>Rows become columns: whole blocks in registers, what is left over one by one.</summary>
internal static class Transposition<T> where T : unmanaged, ILanes<T>
{
    /// <param name="source">(rows, columns), rows <paramref name="sourceStride"/> apart.</param>
    /// <param name="sourceStride">From one row of the source to the next.</param>
    /// <param name="target">(columns, rows), rows <paramref name="targetStride"/> apart.</param>
    /// <param name="targetStride">From one row of the target to the next.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int rows, int columns)
    {
        if (rows == 0 || columns == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, (long)(rows - 1) * sourceStride + columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, (long)(columns - 1) * targetStride + rows);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        int wholeRows = rows / T.Count * T.Count, wholeColumns = columns / T.Count * T.Count;
        for (int row = 0; row < wholeRows; row += T.Count)
        {
            for (int column = 0; column < wholeColumns; column += T.Count)
            {
                T.Transpose(
                    ref Unsafe.Add(ref from, (nint)row * sourceStride + column), (nuint)sourceStride,
                    ref Unsafe.Add(ref to, (nint)column * targetStride + row), (nuint)targetStride);
            }
        }
        for (int row = 0; row < rows; row++)
        {
            for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
                target[column * targetStride + row] = source[row * sourceStride + column];
        }
    }
}
