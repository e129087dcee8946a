using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// Reads the rows of a <see cref="TableSlot"/> that the columns of a panel ask for, and adds a gradient back to them. A
/// linear layer of a one-hot state is a row of its matrix: nothing is multiplied.
/// </summary>
internal static class StateTable<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Whether all columns read the same row.</summary>
    public static bool IsCommon(TableSlot table, ColumnStates states) => table.Rows == 1 || states.Common >= 0;

    /// <summary>Column c of <paramref name="panel"/> becomes the row of its state.</summary>
    /// <param name="vector">Holds the table.</param>
    /// <param name="table">Which table.</param>
    /// <param name="states">The columns.</param>
    /// <param name="panel">(columns of the table, columns of the panel); with room for rows up to whole registers.</param>
    /// <param name="scratch">A panel of rows of the table.</param>
    public static void Fill(Span<float> vector, TableSlot table, ColumnStates states, Span<float> panel, Span<float> scratch)
    {
        if (IsCommon(table, states))
        {
            Elementwise<T>.Fill(table.Row(vector, states.Common), panel, table.Columns, states.Columns);
            return;
        }
        int length = Lengths.RoundUp(table.Columns, T.Count);
        for (int column = 0; column < states.Columns; column++)
            vector.Slice(table.Place + states.Each[column] * table.Stride, length).CopyTo(scratch[(column * table.Stride)..]);
        Transposition<T>.Run(scratch, table.Stride, panel, Panel.Columns, states.Columns, length);
    }

    /// <summary>Adds column c of <paramref name="panel"/> to the row of its state.</summary>
    public static void Accumulate(Span<float> vector, TableSlot table, ColumnStates states, ReadOnlySpan<float> panel, Span<float> scratch)
    {
        if (IsCommon(table, states))
        {
            Elementwise<T>.AddRowSums(panel, table.Row(vector, states.Common), table.Columns, states.Columns);
            return;
        }
        Transposition<T>.Run(panel, Panel.Columns, scratch, table.Stride, table.Columns, states.Columns);
        for (int column = 0; column < states.Count; column++)
        {
            var row = table.Row(vector, states.Each[column]);
            TensorPrimitives.Add(row, scratch.Slice(column * table.Stride, table.Columns), row);
        }
    }
}
