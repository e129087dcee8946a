using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The rows of a source that belong to the bulk.</summary>
internal sealed class KeptRows(IRowSource source, Bulk bulk) : IRowSource
{
    public int Dimensions => source.Dimensions;

    public string SlotName(int slot) => source.SlotName(slot);

    public IRowReader Open() => new Reader(source.Open(), bulk);

    private sealed class Reader(IRowReader inner, Bulk bulk) : IRowReader
    {
        public bool Read(Span<float> row)
        {
            while (inner.Read(row))
            {
                if (bulk.Keeps(row))
                    return true;
            }
            return false;
        }

        public void Dispose() => inner.Dispose();
    }
}
