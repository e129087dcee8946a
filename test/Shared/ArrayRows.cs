using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Rows in an array as a training source.</summary>
internal sealed class ArrayRows(float[][] rows, int dimensions) : IRowSource
{
    public ArrayRows(float[][] rows)
        : this(rows, rows[0].Length)
    {
    }

    public int Dimensions => dimensions;

    /// <summary>How many passes were started.</summary>
    public int Passes { get; private set; }

    public string SlotName(int slot) => $"Features[{slot}]";

    public IRowReader Open()
    {
        Passes++;
        return new Reader(rows);
    }

    private sealed class Reader(float[][] rows) : IRowReader
    {
        private int _next;

        public bool Read(Span<float> row)
        {
            if (_next == rows.Length)
                return false;
            rows[_next++].CopyTo(row);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
