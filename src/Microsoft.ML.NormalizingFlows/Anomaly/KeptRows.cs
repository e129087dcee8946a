using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The rows of a source that belong to the core.</summary>
internal sealed class KeptRows(IRowSource source, TrimmedCore core) : IRowSource
{
    public int Dimensions => source.Dimensions;

    public string SlotName(int slot) => source.SlotName(slot);

    public double Origin(int slot) => source.Origin(slot);

    public IRowReader Open() => new Reader(source.Open(), core);

    private sealed class Reader(IRowReader inner, TrimmedCore core) : IRowReader
    {
        public bool Read(Span<float> row)
        {
            while (inner.Read(row))
            {
                if (core.Keeps(row))
                    return true;
            }
            return false;
        }

        public void Dispose() => inner.Dispose();
    }
}
