namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The rows of a source without those that hold NaN or an infinity: such a row is left out or is an error that names it,
/// as <see cref="NonFiniteRows"/> says.
/// </summary>
internal sealed class FiniteRows(IRowSource source, NonFiniteRows policy) : IRowSource
{
    public int Dimensions => source.Dimensions;

    public int Context => source.Context;

    public string SlotName(int slot) => source.SlotName(slot);

    public double Origin(int slot) => source.Origin(slot);

    public IRowReader Open() => new Reader(this, source.Open());

    private sealed class Reader(FiniteRows owner, IRowReader inner) : IRowReader
    {
        private long _row = -1;

        public bool Read(Span<float> row)
        {
            while (inner.Read(row))
            {
                _row++;
                int slot = FirstNonFinite(row);
                if (slot < 0)
                    return true;
                owner.Refuse(_row, slot, row[slot]);
            }
            return false;
        }

        public void Dispose() => inner.Dispose();
    }

    private void Refuse(long row, int slot, float value)
    {
        if (policy == NonFiniteRows.Throw)
        {
            throw new InvalidOperationException(
                $"Row {row} (counted from 0) has the value {Describe(value)} in {SlotName(slot)}: " +
                "replace missing values before the flow, or set Training.NonFiniteRows to Drop to leave such rows out.");
        }
    }

    private static string Describe(float value) =>
        float.IsNaN(value) ? "NaN (missing)" : value > 0 ? "+infinity" : "-infinity";

    /// <summary>The place of the first value that is NaN or an infinity; -1 where all are finite.</summary>
    public static int FirstNonFinite(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (!float.IsFinite(row[i]))
                return i;
        }
        return -1;
    }
}
