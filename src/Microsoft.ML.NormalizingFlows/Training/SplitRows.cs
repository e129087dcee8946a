using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// One of the two parts of a source that is split at random into rows to train on and rows held out. The part of a row
/// depends on its number and the seed alone, so every pass splits alike and no row has to be remembered.
/// </summary>
internal sealed class SplitRows(IRowSource source, double heldOutFraction, ulong seed, bool heldOut) : IRowSource
{
    public int Dimensions => source.Dimensions;

    public int Context => source.Context;

    public string SlotName(int slot) => source.SlotName(slot);

    public double Origin(int slot) => source.Origin(slot);

    public IRowReader Open() => new Reader(this, source.Open());

    private bool Contains(long row)
    {
        double position = RandomStream.Derive(seed, "held out", (ulong)row) * (1.0 / ulong.MaxValue);
        return position < heldOutFraction == heldOut;
    }

    private sealed class Reader(SplitRows owner, IRowReader inner) : IRowReader
    {
        private long _row = -1;

        public bool Read(Span<float> row)
        {
            while (inner.Read(row))
            {
                if (owner.Contains(++_row))
                    return true;
            }
            return false;
        }

        public void Dispose() => inner.Dispose();
    }
}
