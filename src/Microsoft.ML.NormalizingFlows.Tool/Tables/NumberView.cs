using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>
/// Columns of numbers, read from the file in each pass: as many rows as the disk holds. A group of rows of a Parquet file in which no value is asked for is
/// passed over.
/// </summary>
internal sealed class NumberView : IDataView
{
    private readonly TableFile _table;
    private readonly IReadOnlyList<string> _names;

    public NumberView(TableFile table, IReadOnlyList<string> names)
    {
        (_table, _names) = (table, names);
        var builder = new DataViewSchema.Builder();
        foreach (string name in names)
            builder.AddColumn(name, NumberDataViewType.Double);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _table.Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly NumberView _view;
        private readonly Dictionary<int, int> _places;
        private readonly IEnumerator<(int Rows, Lazy<double[][]> Values)> _blocks;
        private Lazy<double[][]> _block = new([]);
        private long _position = -1;
        private int _row, _rows;

        public Cursor(NumberView view, HashSet<int> needed)
        {
            _view = view;
            int[] columns = [.. needed.Order()];
            _places = columns.Select((column, place) => (column, place)).ToDictionary(pair => pair.column, pair => pair.place);
            // Rows of no column are counted by the first one.
            _blocks = view._table.Numbers(columns.Length == 0 ? [view._names[0]] : [.. columns.Select(column => view._names[column])]).GetEnumerator();
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            while (++_row >= _rows)
            {
                if (!_blocks.MoveNext())
                {
                    (_position, _rows) = (-1, 0);
                    return false;
                }
                (_rows, _block) = _blocks.Current;
                _row = -1;
            }
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _places.ContainsKey(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int place = _places[column.Index];
            ValueGetter<double> getter = (ref double value) => value = _block.Value[place][_row];
            return (ValueGetter<TValue>)(Delegate)getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _blocks.Dispose();
            base.Dispose(disposing);
        }
    }
}
