using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A cursor that passes through the columns of another, over fewer rows.</summary>
internal abstract class LinkedRootCursor : RootCursorBase
{
    private readonly bool[] _active;

    protected LinkedRootCursor(IChannelProvider provider, DataViewRowCursor input, DataViewSchema schema, bool[] active)
        : base(provider)
    {
        Input = input;
        Schema = schema;
        _active = active;
    }

    public override DataViewSchema Schema { get; }

    public override long Batch => Input.Batch;

    protected DataViewRowCursor Input { get; }

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    public sealed override bool IsColumnActive(DataViewSchema.Column column)
    {
        Ch.Check(column.Index < Schema.Count);
        return _active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Ch.Check(IsColumnActive(column));
        return Input.GetGetter<TValue>(column);
    }

    protected override void Dispose(bool disposing)
    {
        Input.Dispose();
        base.Dispose(disposing);
    }
}
