using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// Softmax and logsumexp down the columns of a panel, the greatest number taken out first. What is more than 87 below it
/// has the share 0: e^-87 is nothing beside 1.
/// </summary>
internal static class ColumnSoftmax<T> where T : unmanaged, ILanes<T>
{
    private const float Negligible = -87;

    /// <param name="values">(rows, columns), finite.</param>
    /// <param name="shares">Gets softmax of each column, (rows, columns); may be <paramref name="values"/>.</param>
    /// <param name="logSum">Gets logsumexp of each column, a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns in use.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> values, Span<float> shares, Span<float> logSum, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, rows * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(shares.Length, rows * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(logSum.Length, Panel.Columns);
        ref float from = ref MemoryMarshal.GetReference(values);
        ref float to = ref MemoryMarshal.GetReference(shares);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T greatest = T.Load(ref from, column);
            for (int row = 1; row < rows; row++)
                greatest = T.Max(greatest, T.Load(ref from, (nuint)(row * Panel.Columns) + column));
            T sum = default;
            for (int row = 0; row < rows; row++)
            {
                nuint at = (nuint)(row * Panel.Columns) + column;
                T difference = T.Load(ref from, at) - greatest;
                T e = T.Select(T.LessOrEqual(difference, T.Broadcast(Negligible)), default, LaneMath<T>.Exp(difference));
                e.Store(ref to, at);
                sum += e;
            }
            T inverse = T.Broadcast(1f) / sum;
            for (int row = 0; row < rows; row++)
            {
                nuint at = (nuint)(row * Panel.Columns) + column;
                (T.Load(ref to, at) * inverse).Store(ref to, at);
            }
            (greatest + LaneMath<T>.Log(sum)).Store(ref logSum[0], column);
        }
    }
}
