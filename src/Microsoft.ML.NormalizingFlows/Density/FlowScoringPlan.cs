using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>A flow bound to a schema. Making one checks the schema, before any row is read.</summary>
internal sealed class FlowScoringPlan : ScoringPlan
{
    private readonly IReadOnlyList<OutputColumn> _added;
    private readonly RowColumn? _features, _context;

    /// <param name="input">The schema of the table.</param>
    /// <param name="columns">Says where the features are and what may be left out of scores.</param>
    /// <param name="model">The flow.</param>
    /// <param name="evaluator">Computes its scores.</param>
    /// <param name="added">The columns to add; is told the number of their score set.</param>
    public static FlowScoringPlan Create(
        DataViewSchema input, FlowColumns columns, FlowModel model, SharedEvaluator evaluator, Func<uint, IReadOnlyList<OutputColumn>> added)
    {
        evaluator.ThrowIfDisposed();
        return new FlowScoringPlan(input, columns.Find(input, model.Shape.Dimensions), added(OutputAnnotations.NextSet(input)))
        {
            Model = model,
            Evaluator = evaluator,
            Quantiles = [.. columns.Quantiles?.Levels ?? []],
            PrunedProbability = columns.PrunedProbability,
        };
    }

    private FlowScoringPlan(DataViewSchema input, (RowColumn? Features, RowColumn? Context) read, IReadOnlyList<OutputColumn> added)
        : base(input, added)
    {
        (_features, _context) = read;
        _added = added;
    }

    public required FlowModel Model { get; init; }

    public FlowShape Shape => Model.Shape;

    public required SharedEvaluator Evaluator { get; init; }

    /// <summary>The levels of quantiles.</summary>
    public required double[] Quantiles { get; init; }

    /// <summary>What may be left out of scores, see <see cref="FlowScores.PrunedProbability"/>.</summary>
    public required double PrunedProbability { get; init; }

    public override int Width => Shape.Width;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active)
    {
        var needs = FlowOutputs.None;
        for (int i = 0; i < _added.Count; i++)
        {
            if (active[Input.Count + i])
                needs |= _added[i].Needs;
        }
        return new BatchScorer(this, needs, _features?.Reader(source), _context?.Reader(source));
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate Getter(int added, BatchScorer scorer, Func<int> row) => _added[added].Getter(scorer, row);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _features?.Column.Index || column.Index == _context?.Column.Index;
}
