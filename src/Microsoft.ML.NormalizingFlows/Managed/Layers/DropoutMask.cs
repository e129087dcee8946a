using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// Drops the units that <c>Dropout</c> drops: whether a unit of a row is kept depends on the seed, the number of the
/// dropout layer, the row and the unit alone, so that a panel needs no other panel to have been before it.
/// </summary>
internal static class DropoutMask<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Sets dropped units of (units, columns) to 0 and multiplies the others by 1 / (1 - share).</summary>
    /// <param name="panel">Rows are units.</param>
    /// <param name="unitOf">The unit, in the reference's order, of each row.</param>
    /// <param name="states">Knows the number of each column's row in the batch.</param>
    /// <param name="share">Of units to drop.</param>
    /// <param name="seed">Of this layer and step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> panel, int[] unitOf, ColumnStates states, float share, uint seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, unitOf.Length * Panel.Columns);
        ref float first = ref MemoryMarshal.GetReference(panel);
        if (!states.Numbers.IsEmpty)
        {
            ApplyToNumbered(panel, unitOf, states.Numbers, share, CounterHash.Start(seed));
            return;
        }
        uint units = (uint)unitOf.Length, start = CounterHash.Start(seed) + states.FirstRow * units;
        T limit = T.Broadcast(share), scale = T.Broadcast(1 / (1 - share));
        for (int row = 0; row < unitOf.Length; row++)
        {
            uint counter = start + (uint)unitOf[row];
            for (int column = 0; column < states.Columns; column += T.Count)
            {
                T uniforms = T.Uniforms(counter + (uint)column * states.RowStep * units, states.RowStep * units);
                nuint at = Panel.At(row, column);
                T.Select(T.LessOrEqual(limit, uniforms), T.Load(ref first, at) * scale, default).Store(ref first, at);
            }
        }
    }

    // The same, one number after the other.
    private static void ApplyToNumbered(Span<float> panel, int[] unitOf, ReadOnlySpan<uint> numbers, float share, uint start)
    {
        uint units = (uint)unitOf.Length;
        float scale = 1 / (1 - share);
        for (int row = 0; row < unitOf.Length; row++)
        {
            var own = panel.Slice(row * Panel.Columns, numbers.Length);
            for (int column = 0; column < own.Length; column++)
                own[column] = share <= CounterHash.Uniform(start + numbers[column] * units + (uint)unitOf[row]) ? own[column] * scale : 0;
        }
    }
}
