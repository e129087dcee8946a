using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A table over a sequence of objects, enumerated anew by every cursor.</summary>
internal sealed class StreamingDataView<TRow>(IHostEnvironment env, IEnumerable<TRow> data, BoundColumn[] columns) : IDataView
    where TRow : class
{
    private readonly IHost _host = env.Register("StreamingDataView");

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = BoundColumn.SchemaOf(columns);

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(_host, data.GetEnumerator(), Schema, columns, ActiveColumns.Of(columnsNeeded, Schema));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly IEnumerator<TRow> _rows;
        private readonly Delegate[] _getters;
        private TRow _current;

        public Cursor(IHost host, IEnumerator<TRow> rows, DataViewSchema schema, BoundColumn[] columns, bool[] active)
            : base(host)
        {
            _rows = rows;
            Schema = schema;
            _getters = columns.Select((column, i) => active[i] ? RowGetters.Create(column, () => _current) : null).ToArray();
        }

        public override DataViewSchema Schema { get; }

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Ch.Check(column.Index < _getters.Length, $"Column index must be between 0 and {_getters.Length}");
            return _getters[column.Index] is not null;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            return ActiveColumns.Typed<TValue>(_getters[column.Index], $" for column #{column}");
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            Ch.Check(IsGood, ActiveColumns.NoValueNow);
            id = new DataViewRowId((ulong)Position, 0);
        };

        protected override bool MoveNextCore()
        {
            var moved = _rows.MoveNext();
            _current = moved ? _rows.Current : null;
            if (moved && _current is null)
                throw Ch.Except("Encountered null when iterating over data, this is not supported.");
            return moved;
        }
    }
}
