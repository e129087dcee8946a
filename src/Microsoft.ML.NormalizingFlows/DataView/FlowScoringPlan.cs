using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A flow bound to a schema. Making one checks the schema, before any row is read.</summary>
internal sealed class FlowScoringPlan : ScoringPlan
{
    private readonly IReadOnlyList<OutputColumn> _added;
    private readonly DataViewSchema.Column _feature;

    /// <param name="input">The schema of the table.</param>
    /// <param name="columns">Says where the features are and what may be left out of scores.</param>
    /// <param name="shape">The shape of the flow.</param>
    /// <param name="evaluator">Computes its scores.</param>
    /// <param name="added">The columns to add; is told the number of their score set.</param>
    public static FlowScoringPlan Create(
        DataViewSchema input, FlowColumns columns, FlowShape shape, SharedEvaluator evaluator, Func<uint, IReadOnlyList<OutputColumn>> added)
    {
        evaluator.ThrowIfDisposed();
        var feature = FeatureColumn.Find(input, columns.Feature, shape.Dimensions);
        return new FlowScoringPlan(input, feature, added(OutputAnnotations.NextSet(input)))
        {
            Shape = shape,
            Evaluator = evaluator,
            PrunedProbability = columns.PrunedProbability,
        };
    }

    private FlowScoringPlan(DataViewSchema input, DataViewSchema.Column feature, IReadOnlyList<OutputColumn> added)
        : base(input, added)
    {
        (_feature, _added) = (feature, added);
    }

    public required FlowShape Shape { get; init; }

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
        return new BatchScorer(this, needs, FeatureReader.Create(source, source.Schema[_feature.Index]));
    }

    /// <summary>The getter of an added column.</summary>
    public Delegate Getter(int added, BatchScorer scorer, Func<int> row) => _added[added].Getter(scorer, row);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _feature.Index;
}
