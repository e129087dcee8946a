using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A table kept in memory, column by column: each is read from the source once, when a cursor first needs it.</summary>
internal sealed class CacheDataView(IHostEnvironment env, IDataView source) : IDataView
{
    private readonly IHost _host = env.Register("Cache");
    private readonly ColumnStore[] _stores = new ColumnStore[source.Schema.Count];
    private readonly object _gate = new();
    private int? _rowCount = (int?)source.GetRowCount();
    private bool _counted;

    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(columnsNeeded, Schema);
        var rows = Fill(active);
        return new Cursor(_host, this, active, rows, rand is null ? null : RandomPermutation.Create(rand, rows));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    public void Prefetch(IEnumerable<int> columns)
    {
        var active = new bool[_stores.Length];
        foreach (var column in columns)
            active[column] = true;
        Fill(active);
    }

    private int Fill(bool[] active)
    {
        lock (_gate)
        {
            var missing = Schema.Where(column => active[column.Index] && _stores[column.Index] is null).ToArray();
            if (missing.Length == 0 && _counted)
                return _rowCount.Value;
            using var cursor = source.GetRowCursor(missing);
            var stores = missing.Select(column => ColumnStore.Create(cursor, column)).ToArray();
            var rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                foreach (var store in stores)
                    store.Keep(rows);
            }
            foreach (var (column, store) in missing.Zip(stores))
                _stores[column.Index] = store;
            _rowCount = rows;
            _counted = true;
            return rows;
        }
    }

    private sealed class Cursor(IHost host, CacheDataView parent, bool[] active, int rows, int[] order) : RootCursorBase(host)
    {
        public override DataViewSchema Schema => parent.Schema;

        private int Row => order is null ? (int)Position : order[Position];

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < active.Length, nameof(column));
            return active[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            return ActiveColumns.Typed<TValue>(parent._stores[column.Index].Getter(CurrentRow));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)CurrentRow(), 0);

        protected override bool MoveNextCore() => Position + 1 < rows;

        private int CurrentRow()
        {
            Ch.Check(IsGood, ActiveColumns.NoValueNow);
            return Row;
        }
    }
}
