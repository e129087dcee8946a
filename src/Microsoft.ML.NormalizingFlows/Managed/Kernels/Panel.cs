using System.Runtime.CompilerServices;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// How a batch lies in memory: features as rows and up to 128 points as columns, so that one number of neighbouring points fills
/// a register, and everything that a panel needs stays in the cache. A larger batch is several panels.
/// </summary>
internal static class Panel
{
    /// <summary>Points of a full panel, and the distance from one row to the next.</summary>
    public const int Columns = 128;

    /// <summary>Where a number of a panel stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint At(int row, int column) => (nuint)(row * Columns + column);

    /// <summary>Copies the first <paramref name="rows"/> numbers of a column to a column of another panel.</summary>
    public static void CopyColumn(ReadOnlySpan<float> from, int fromColumn, Span<float> to, int toColumn, int rows)
    {
        for (int row = 0; row < rows; row++)
            to[row * Columns + toColumn] = from[row * Columns + fromColumn];
    }
}
