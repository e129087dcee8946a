using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Rows in memory as training rows.</summary>
internal sealed class TableRows(RowTable rows) : IRowSource
{
    public int Dimensions => rows.Dimensions;

    public string SlotName(int slot) => $"value {slot}";

    public IRowReader Open() => new Reader(rows);

    private sealed class Reader(RowTable rows) : IRowReader
    {
        private int _next;

        public bool Read(Span<float> row)
        {
            if (_next == rows.Count)
                return false;
            rows[_next++].CopyTo(row);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
