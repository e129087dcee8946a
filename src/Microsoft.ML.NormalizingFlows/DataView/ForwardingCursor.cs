using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A cursor of a <see cref="ScoredView"/> of which no added column is wanted: the source's own, under the longer schema.</summary>
internal sealed class ForwardingCursor(DataViewRowCursor source, ScoringPlan plan, bool[] active) : DataViewRowCursor
{
    private bool _disposed;

    public override DataViewSchema Schema => plan.Output;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => !_disposed && source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => active.IsActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        active.ThrowIfInactive(column);
        return source.GetGetter<TValue>(plan.Input[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            source.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
