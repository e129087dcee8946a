using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Some rows of a table, in its own order: a shuffle is not passed on.</summary>
internal sealed class SkipTakeDataView(IHostEnvironment env, IDataView source, long skip, long take) : IDataView
{
    private readonly IHost _host = env.Register("SkipTakeFilter");

    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(_host, source.GetRowCursor(columnsNeeded), ActiveColumns.Of(columnsNeeded, Schema), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(IHost host, DataViewRowCursor input, bool[] active, long skip, long take)
        : LinkedRootCursor(host, input, input.Schema, active)
    {
        private long _skip = skip;
        private long _left = take;

        public override long Batch => 0;

        protected override bool MoveNextCore()
        {
            if (_left == 0)
                return false;
            _left--;
            for (; _skip > 0; _skip--)
            {
                if (!Input.MoveNext())
                    return false;
            }
            return Input.MoveNext();
        }
    }
}
