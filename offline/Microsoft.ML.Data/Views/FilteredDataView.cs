using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// The rows that pass a test on some columns. Cursors read those columns besides the ones asked for; whether a shuffle is
/// passed on is the source's affair.
/// </summary>
internal sealed class FilteredDataView(
    IHost host, IDataView source, IEnumerable<int> tested, Func<DataViewRow, Func<bool>> createTest) : IDataView
{
    private readonly HashSet<int> _tested = [.. tested];

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(columnsNeeded, Schema);
        var input = source.GetRowCursor(
            Schema.Where(column => active[column.Index] || _tested.Contains(column.Index)), CanShuffle ? rand : null);
        return new Cursor(host, input, active, createTest(input));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IHost host, DataViewRowCursor input, bool[] active, Func<bool> accepts)
        : LinkedRootCursor(host, input, input.Schema, active)
    {
        protected override bool MoveNextCore()
        {
            while (Input.MoveNext())
            {
                if (accepts())
                    return true;
            }
            return false;
        }
    }
}
