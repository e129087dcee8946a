using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Scores single rows, as <see cref="PredictionEngine{TSrc, TDst}"/> does.</summary>
internal sealed class ScoringRowMapper(ScoringPlan plan) : IRowToRowMapper
{
    public DataViewSchema InputSchema => plan.Input;

    public DataViewSchema OutputSchema => plan.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        plan.Dependencies(plan.Active(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ReferenceEquals(input.Schema, plan.Input))
            throw new ArgumentException("The schema of the row is not the one that this mapper was made for.", nameof(input));
        return new ScoringRow(input, plan, plan.Active(activeColumns));
    }
}

/// <summary>
/// A row with columns added, computed from the current values of the input row when asked for; all added columns
/// of a row cost one call of the evaluator.
/// </summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ScoringPlan _plan;
    private readonly bool[] _active;
    private readonly ScoredBatch? _scored;
    private long _position = -1;

    public ScoringRow(DataViewRow input, ScoringPlan plan, bool[] active)
    {
        _input = input;
        _plan = plan;
        _active = active;
        _scored = plan.Computes(active) ? plan.CreateBatch(input, active) : null;
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
            : Getters.As<TValue>(_scored!.Getter(column.Index - _plan.Input.Count, Current), column.Name, column.Type);
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
        if (_position < 0 || _position != _input.Position)
        {
            _scored!.Clear(1);
            _scored.Add();
            _position = _input.Position;
        }
        return 0;
    }
}
