namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A table with columns added, computed while it is read, batch by batch.</summary>
internal sealed class ScoredView(IDataView source, ScoringPlan plan) : IDataView
{
    public DataViewSchema Schema => plan.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = plan.Active(columnsNeeded);
        var input = source.GetRowCursor(plan.Dependencies(active), rand);
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
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
