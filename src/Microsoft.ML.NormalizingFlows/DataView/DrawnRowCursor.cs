using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A cursor over rows that are drawn block by block while they are read.</summary>
/// <param name="schema">Of the view.</param>
/// <param name="active">Which of its columns are read.</param>
/// <param name="rows">The rows of the view.</param>
/// <param name="blockRows">The rows of a block; the last has fewer.</param>
internal abstract class DrawnRowCursor(DataViewSchema schema, bool[] active, long rows, int blockRows) : DataViewRowCursor
{
    private long _drawn = -1;
    private long _position = -1;
    private bool _ended;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (!_ended && ++_position < rows)
            return true;
        _ended = true;
        _position = -1;
        return false;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active.IsActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        ThrowIfNoRow();
        value = new DataViewRowId((ulong)_position, 0);
    };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        active.ThrowIfInactive(column);
        return Getters.As<TValue>(Getter(column.Index), column.Name, column.Type);
    }

    /// <summary>The getter of a column, which finds its row by <see cref="RowInBlock"/>.</summary>
    protected abstract Delegate Getter(int column);

    /// <summary>Draws a block of <paramref name="count"/> rows in place of the one before.</summary>
    protected abstract void Draw(long block, int count);

    /// <summary>The place of the current row in its block, which is drawn where it is not there yet.</summary>
    protected int RowInBlock()
    {
        ThrowIfNoRow();
        var (block, row) = Math.DivRem(_position, blockRows);
        if (block != _drawn)
            Draw(block, (int)Math.Min(blockRows, rows - block * blockRows));
        _drawn = block;
        return (int)row;
    }

    protected override void Dispose(bool disposing)
    {
        _ended = true;
        _position = -1;
        base.Dispose(disposing);
    }

    private void ThrowIfNoRow()
    {
        if (_position < 0)
            throw Getters.NoCurrentRow();
    }
}
