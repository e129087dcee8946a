using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>Makes the getter of an added column; <c>row</c> gives the place of the current row in the batch.</summary>
internal static class OutputGetters
{
    public static ValueGetter<T> Create<T>(OutputColumn column, BatchScorer scorer, Func<int> row)
    {
        Delegate getter = column.Kind switch
        {
            OutputKind.LogDensity => (ValueGetter<float>)((ref float value) => value = scorer.LogDensity(row())),
            OutputKind.LatentCluster => (ValueGetter<uint>)((ref uint value) => value = (uint)(scorer.State(row()) + 1)),
            OutputKind.LatentClusterIndex => (ValueGetter<int>)((ref int value) => value = scorer.State(row())),
            OutputKind.LatentProbabilities =>
                (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.Probabilities(row(), ref value)),
            OutputKind.BaseVector => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scorer.BaseVector(row(), ref value)),
            OutputKind.PruningBound => (ValueGetter<float>)((ref float value) => value = scorer.PruningBound(row())),
            _ => throw new InvalidOperationException($"No getter for {column.Kind}."),
        };
        return Getters.As<T>(getter, column.Name, column.Type);
    }
}
