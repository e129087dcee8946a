using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>Hands out places in a flat vector, each from the start of a cache line.</summary>
internal sealed class VectorLayout
{
    private const int LineNumbers = 16;

    /// <summary>Numbers handed out so far.</summary>
    public int Length { get; private set; }

    /// <summary>The place of <paramref name="count"/> numbers in a row.</summary>
    public int Reserve(int count)
    {
        int place = Length;
        Length = checked(place + Lengths.RoundUp(count, LineNumbers));
        return place;
    }

    /// <summary>A table of <paramref name="rows"/> rows.</summary>
    public TableSlot ReserveTable(int rows, int columns)
    {
        int stride = Lengths.RoundUp(columns, LineNumbers);
        return new TableSlot(Reserve(checked(rows * stride)), rows, columns, stride);
    }
}
