using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>The columns that a flow with K states and D features adds to a table, in their order.</summary>
internal static class OutputColumns
{
    public static IReadOnlyList<OutputColumn> Create(FlowColumns columns, int states, int dimensions, uint scoreSet = 1)
    {
        var list = new List<OutputColumn>();
        Add(OutputKind.LogDensity, columns.LogDensity, NumberDataViewType.Single,
            () => OutputAnnotations.Score(scoreSet, "Score"));
        Add(OutputKind.LatentCluster, columns.LatentCluster, new KeyDataViewType(typeof(uint), states),
            () => OutputAnnotations.Cluster(scoreSet, states));
        Add(OutputKind.LatentClusterIndex, columns.LatentClusterIndex, NumberDataViewType.Int32,
            () => OutputAnnotations.Score(scoreSet, "PredictedLabel"));
        Add(OutputKind.LatentProbabilities, columns.LatentProbabilities, new VectorDataViewType(NumberDataViewType.Single, states),
            () => OutputAnnotations.Probabilities(scoreSet, states));
        Add(OutputKind.BaseVector, columns.BaseVector, new VectorDataViewType(NumberDataViewType.Single, dimensions),
            OutputAnnotations.Normalized);
        Add(OutputKind.PruningBound, columns.PruningBound, NumberDataViewType.Single,
            () => OutputAnnotations.Score(scoreSet, "Score"));
        return list;

        void Add(OutputKind kind, string? name, DataViewType type, Func<DataViewSchema.Annotations> annotations)
        {
            if (name is not null)
                list.Add(new OutputColumn(kind, name, type, annotations()));
        }
    }
}
