using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A table with columns added, computed while it is read, batch by batch.</summary>
internal sealed class ScoredView(IDataView source, ScoringPlan plan) : OnnxView(source)
{
    private readonly IDataView _source = source;

    public override DataViewSchema Schema => plan.Output;

    public override bool CanShuffle => _source.CanShuffle;

    public override long? GetRowCount() => _source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = plan.Active(columnsNeeded);
        var input = _source.GetRowCursor(plan.Dependencies(active), rand);
        try
        {
            return plan.Computes(active)
                ? new ScoringCursor(input, plan, active)
                : new ForwardingCursor(input, plan, active);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>One cursor: an evaluator uses all cores for a batch, and cursors side by side would only share them.</summary>
    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    protected override void WriteOnnx(OnnxGraph graph) => plan.WriteOnnx(graph);
}
