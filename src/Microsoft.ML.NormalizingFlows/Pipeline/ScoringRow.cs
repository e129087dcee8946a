using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>
/// A row with the columns of a flow added, computed from the current values of the input row when asked for; all added columns
/// of a row cost one call of the evaluator.
/// </summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ScoringPlan _plan;
    private readonly bool[] _active;
    private readonly BatchScorer? _scorer;
    private readonly ReadFeatures? _readFeatures;
    private long _scored = -1;

    public ScoringRow(DataViewRow input, ScoringPlan plan, bool[] active)
    {
        _input = input;
        _plan = plan;
        _active = active;
        var needs = plan.Needs(active);
        if (needs == Models.FlowOutputs.None)
            return;
        _scorer = new BatchScorer(plan, needs);
        _readFeatures = FeatureReader.Create(input, input.Schema[plan.Feature.Index]);
    }

    public override DataViewSchema Schema => _plan.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.IsActive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.ThrowIfInactive(column);
        return column.Index < _plan.Input.Count
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : _plan.Added[column.Index - _plan.Input.Count].Create<TValue>(_scorer!, Current);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    // The place of the current row in its batch of one; the input's position tells whether it has moved.
    private int Current()
    {
        if (_scored < 0 || _scored != _input.Position)
        {
            _scorer!.Clear(1);
            _scorer.Add(_readFeatures!);
            _scored = _input.Position;
        }
        return 0;
    }
}
