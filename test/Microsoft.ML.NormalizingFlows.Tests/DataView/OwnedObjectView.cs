using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>A table with a column of objects, like images: there is one object, which changes with each row.</summary>
internal sealed class OwnedObjectView : IDataView
{
    private readonly int _rows;

    public OwnedObjectView(int rows)
    {
        _rows = rows;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 2));
        builder.AddColumn("Owned", new BoxType());
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    public sealed class Box
    {
        public int Value { get; set; }
    }

    private sealed class BoxType() : StructuredDataViewType(typeof(Box))
    {
        public override bool Equals(DataViewType? other) => other is BoxType;

        public override string ToString() => "Box";
    }

    private sealed class Cursor(OwnedObjectView view) : DataViewRowCursor
    {
        private readonly Box _box = new();
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (++_position >= view._rows)
                return false;
            _box.Value = (int)_position;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name == "Owned"
                ? (ValueGetter<Box>)((ref Box value) => value = _box)
                : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = new VBuffer<float>(2, [_position, _position]));
            return (ValueGetter<TValue>)getter;
        }
    }
}
