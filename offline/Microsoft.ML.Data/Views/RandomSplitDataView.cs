using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// One side of a random split: row by row a number in [0, 1) is drawn from the seed, and rows below the fraction are the
/// test set. The source is read in its own order, so that every pass draws the same numbers for the same rows.
/// </summary>
internal sealed class RandomSplitDataView(IHost host, IDataView source, uint seed, double testFraction, bool isTestSet) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(host, source.GetRowCursor(columnsNeeded), ActiveColumns.Of(columnsNeeded, Schema), seed, testFraction, isTestSet);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(
        IHost host, DataViewRowCursor input, bool[] active, uint seed, double testFraction, bool isTestSet)
        : LinkedRootCursor(host, input, input.Schema, active)
    {
        private readonly TauswortheHybrid _random = new(seed);

        protected override bool MoveNextCore()
        {
            while (Input.MoveNext())
            {
                if (_random.NextFloat() < testFraction == isTestSet)
                    return true;
            }
            return false;
        }
    }
}
