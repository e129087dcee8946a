using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A row whose values are those of an object that is set again and again.</summary>
internal sealed class InputRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly Delegate[] _getters;
    private TRow _current;
    private long _position = -1;

    public InputRow(BoundColumn[] columns)
    {
        Schema = BoundColumn.SchemaOf(columns);
        _getters = columns.Select(column => RowGetters.Create(column, Current)).ToArray();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void Set(TRow row)
    {
        _current = Contracts.CheckValue(row, nameof(row));
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        ActiveColumns.Typed<TValue>(_getters[column.Index], $" for column #{column}");

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    private TRow Current()
    {
        Contracts.Check(_position >= 0, ActiveColumns.NoValueNow);
        return _current;
    }
}
