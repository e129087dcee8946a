using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>A flow bound to a schema. Making one checks the schema, before any row is read.</summary>
internal sealed class FlowScoringPlan : ScoringPlan
{
    /// <summary>Of a Single, beside the scale of a feature.</summary>
    private const double MaximumStep = 1e-4;

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

    public override void WriteOnnx(OnnxGraph graph)
    {
        if (_features is null)
            throw OnnxRefusal.Of("a density without its features");
        if (_added.FirstOrDefault(column => column.Onnx is null) is { } column)
            throw OnnxRefusal.Of($"the column '{column.Name}'");
        CheckPrecision(graph, _features);
        var scores = new ScoreWriter(Model, InputOf(graph, _features), _context is null ? null : InputOf(graph, _context));
        // All of them first: a refusal leaves nothing behind.
        OnnxValue[] values = [.. _added.Select(added => added.Onnx!(scores))];
        for (int i = 0; i < values.Length; i++)
            graph.SetColumn(_added[i].Name, _added[i].Type, values[i]);
    }

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _features?.Column.Index || column.Index == _context?.Column.Index;

    // ML.NET writes Concatenate as an operator that computes in Single, where a value far from 0 keeps nothing of a small spread.
    private void CheckPrecision(OnnxGraph graph, RowColumn features)
    {
        if (!FeatureColumn.IsDouble(features.Column) || graph.IsInput(features.Column.Name, features.Column.Type))
            return;
        var scales = Model.Members.Select(member => member.Arrays.First(array => array.Name == ParameterNames.Scale).Values).ToList();
        for (int i = 0; i < features.Size; i++)
        {
            double origin = features.Origin.Values[i];
            float step = MathF.BitIncrement((float)Math.Abs(origin)) - (float)Math.Abs(origin);
            bool isConstant = Model.Constants.Any(constant => constant.Feature == i);
            if (isConstant ? (float)origin != origin : step > MaximumStep * scales.Min(scale => scale[i]))
                throw new NotSupportedException(FormattableString.Invariant($"{features.SlotName(i)} is about {origin:G6}, too far from 0 for Single, in which what ML.NET writes of the transforms in front computes: for ONNX give the model one vector column of Double, '{features.Column.Name}', in place of making it."));
        }
    }

    /// <summary>What reads a column as ONNX.</summary>
    public static OnnxInput InputOf(OnnxGraph graph, RowColumn column) => new(
        graph, column.Column.Name,
        column.Column.Type is KeyDataViewType ? OnnxInputKind.Key : FeatureColumn.IsDouble(column.Column) ? OnnxInputKind.Double : OnnxInputKind.Single,
        column.Origin.Values);
}
