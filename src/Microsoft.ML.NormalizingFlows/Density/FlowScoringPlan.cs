using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>A flow bound to a schema. Making one checks the schema, before any row is read.</summary>
internal sealed class FlowScoringPlan : ScoringPlan
{
    private readonly IReadOnlyList<OutputColumn> _added;
    private readonly DataViewSchema.Column _feature;

    /// <param name="input">The schema of the table.</param>
    /// <param name="columns">Says where the features are and what may be left out of scores.</param>
    /// <param name="model">The flow.</param>
    /// <param name="evaluator">Computes its scores.</param>
    /// <param name="added">The columns to add; is told the number of their score set.</param>
    public static FlowScoringPlan Create(
        DataViewSchema input, FlowColumns columns, FlowModel model, SharedEvaluator evaluator, Func<uint, IReadOnlyList<OutputColumn>> added)
    {
        evaluator.ThrowIfDisposed();
        var feature = FeatureColumn.Find(input, columns.Feature, model.Shape.Dimensions);
        return new FlowScoringPlan(input, feature, added(OutputAnnotations.NextSet(input)))
        {
            Model = model,
            Origin = columns.Origin,
            Evaluator = evaluator,
            PrunedProbability = columns.PrunedProbability,
        };
    }

    private FlowScoringPlan(DataViewSchema input, DataViewSchema.Column feature, IReadOnlyList<OutputColumn> added)
        : base(input, added)
    {
        (_feature, _added) = (feature, added);
    }

    public required FlowModel Model { get; init; }

    public FlowShape Shape => Model.Shape;

    /// <summary>What features are counted from, see <see cref="FlowColumns.Origin"/>.</summary>
    public required IReadOnlyList<double>? Origin { get; init; }

    public required SharedEvaluator Evaluator { get; init; }

    /// <summary>What may be left out of scores, see <see cref="FlowScores.PrunedProbability"/>.</summary>
    public required double PrunedProbability { get; init; }

    public override int Width => Shape.Dimensions;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active)
    {
        var needs = FlowOutputs.None;
        for (int i = 0; i < _added.Count; i++)
        {
            if (active[Input.Count + i])
                needs |= _added[i].Needs;
        }
        return new BatchScorer(this, needs, FeatureReader.Create(source, source.Schema[_feature.Index], Origin));
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate Getter(int added, BatchScorer scorer, Func<int> row) => _added[added].Getter(scorer, row);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _feature.Index;
}
