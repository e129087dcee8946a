using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A data frame is a view itself.</summary>
public partial class DataFrame : IDataView
{
    private DataViewSchema _schema;

    bool IDataView.CanShuffle => false;

    DataViewSchema IDataView.Schema => Schema;

    private DataViewSchema Schema
    {
        get
        {
            if (_schema is null)
            {
                var builder = new DataViewSchema.Builder();
                foreach (var column in Columns)
                    column.AddDataViewColumn(builder);
                _schema = builder.ToSchema();
            }
            return _schema;
        }
    }

    long? IDataView.GetRowCount() => Rows.Count;

    DataViewRowCursor IDataView.GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand) =>
        new Cursor(this, columnsNeeded);

    DataViewRowCursor[] IDataView.GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand) =>
        [new Cursor(this, columnsNeeded)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataFrame _frame;
        private readonly Delegate[] _getters;
        private long _position = -1;
        private bool _disposed;

        public Cursor(DataFrame frame, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _frame = frame;
            _getters = new Delegate[Schema.Count];
            foreach (var column in columnsNeeded)
                _getters[column.Index] = frame.Columns[column.Index].GetDataViewGetter(this);
        }

        public override DataViewSchema Schema => _frame.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
            ? (ValueGetter<TValue>)_getters[column.Index]
            : throw new ArgumentOutOfRangeException(nameof(column));

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override bool MoveNext() => !_disposed && ++_position < _frame.Rows.Count;

        protected override void Dispose(bool disposing)
        {
            _disposed = true;
            _position = -1;
        }
    }
}
