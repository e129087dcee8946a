using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>The columns that a flow adds to a table, in their order.</summary>
internal static class OutputColumns
{
    public static IReadOnlyList<OutputColumn> Create(FlowColumns columns, FlowShape shape, uint scoreSet = 1)
    {
        int states = shape.States, dimensions = shape.Dimensions;
        var list = new List<OutputColumn>();
        Add(columns.LogDensity, NumberDataViewType.Single, () => OutputAnnotations.Density(scoreSet, Kind(columns, shape)), FlowOutputs.LogDensity,
            (scorer, row) => (ValueGetter<float>)((ref float value) => value = scorer.LogDensity(row())), scores => scores.Choose(scores.LogDensity));
        Add(columns.LatentCluster, new KeyDataViewType(typeof(uint), states), () => OutputAnnotations.Cluster(scoreSet, states), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<uint>)((ref uint value) => value = (uint)(scorer.State(row()) + 1)), scores => (scores.State + scores.Graph.Constant([1L], 1)).As<uint>());
        Add(columns.LatentClusterIndex, NumberDataViewType.Int32, () => OutputAnnotations.Score(scoreSet, "PredictedLabel"), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<int>)((ref int value) => value = scorer.State(row())), scores => scores.State.As<int>());
        Add(columns.LatentProbabilities, new VectorDataViewType(NumberDataViewType.Single, states), () => OutputAnnotations.Probabilities(scoreSet, states), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.Probabilities(row(), ref value)), scores => scores.Choose(scores.Posterior));
        Add(columns.BaseVector, new VectorDataViewType(NumberDataViewType.Single, dimensions), OutputAnnotations.Normalized, FlowOutputs.BaseVector,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.BaseVector(row(), ref value)), scores => scores.Choose(scores.BaseVector));
        Add(columns.PruningBound, NumberDataViewType.Single, () => OutputAnnotations.Score(scoreSet, "Score"), FlowOutputs.PruningBound,
            (scorer, row) => (ValueGetter<float>)((ref float value) => value = scorer.PruningBound(row())), scores => scores.Choose(scores.PruningBound));
        Add(columns.LatentMean, new VectorDataViewType(NumberDataViewType.Single, shape.Latent), OutputAnnotations.Normalized, FlowOutputs.LatentMoments,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.LatentMean(row(), ref value)));
        Add(columns.LatentDeviation, new VectorDataViewType(NumberDataViewType.Single, shape.Latent), OutputAnnotations.Normalized, FlowOutputs.LatentMoments,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.LatentDeviation(row(), ref value)));
        Add(columns.Cumulative, NumberDataViewType.Single, () => OutputAnnotations.Score(scoreSet, "Probability"), FlowOutputs.Cumulative,
            (scorer, row) => (ValueGetter<float>)((ref float value) => value = scorer.Cumulative(row())), scores => scores.Choose(scores.Cumulative));
        var levels = columns.Quantiles?.Levels ?? [];
        Add(columns.Quantiles?.Name, new VectorDataViewType(columns.FeatureIsDouble ? NumberDataViewType.Double : NumberDataViewType.Single, levels.Count),
            () => OutputAnnotations.Named(scoreSet, "Score", OutputAnnotations.DensityEstimation, "SlotNames", [.. levels.Select(level => FormattableString.Invariant($"Quantile{level}"))]),
            FlowOutputs.Quantiles, (scorer, row) => columns.ValuesGetter(() => scorer.Quantiles(row())));
        return list;

        static string Kind(FlowColumns columns, FlowShape shape) => shape.Latent > 0 ? $"ImportanceWeightedBound({LatentDraws.Usual})"
            : columns.PrunedProbability > 0 && shape.States > 1 ? FormattableString.Invariant($"PrunedBound({columns.PrunedProbability})")
            : "Exact";

        void Add(string? name, DataViewType type, Func<DataViewSchema.Annotations> annotations, FlowOutputs needs, OutputGetter getter, Func<ScoreWriter, OnnxValue>? onnx = null)
        {
            if (name is not null)
                list.Add(new OutputColumn(name, type, annotations(), needs, getter) { Onnx = onnx });
        }
    }
}
