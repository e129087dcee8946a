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
