using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>The columns that a clustering adds to a table, in their order, computed from the posterior of the states.</summary>
internal sealed class ClusterOutputs(int[] clusterOfState, int clusters)
{
    /// <summary>The least positive normal Single: probabilities below count as this, so that a score is never infinite.</summary>
    private const float MinimumProbability = 1.17549435e-38f;

    public IReadOnlyList<OutputColumn> Create(ClusterColumns columns, uint scoreSet)
    {
        var list = new List<OutputColumn>();
        var vector = new VectorDataViewType(NumberDataViewType.Single, clusters);
        Add(columns.PredictedLabel, new KeyDataViewType(typeof(uint), clusters), () => ClusterAnnotations.Label(scoreSet, clusters), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<uint>)((ref uint value) => value = (uint)Number(scorer.Posterior(row()))), scores => Number(scores).As<uint>());
        Add(columns.Score, vector, () => ClusterAnnotations.Score(scoreSet, clusters), FlowOutputs.Posterior | FlowOutputs.LogDensity,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Score(scorer, row(), ref value)), Score);
        Add(columns.Probabilities, vector, () => ClusterAnnotations.Probabilities(scoreSet, clusters), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Probabilities(scorer, row(), ref value)), Probabilities);
        Add(columns.Number, NumberDataViewType.Int32, () => ClusterAnnotations.Number(scoreSet), FlowOutputs.Posterior,
            (scorer, row) => (ValueGetter<int>)((ref int value) => value = Number(scorer.Posterior(row()))), scores => Number(scores).As<int>());
        return list;

        void Add(string? name, DataViewType type, Func<DataViewSchema.Annotations> annotations, FlowOutputs needs, OutputGetter getter, Func<ScoreWriter, OnnxValue> onnx)
        {
            if (name is not null)
                list.Add(new OutputColumn(name, type, annotations(), needs, getter) { Onnx = onnx });
        }
    }

    // 1 .. K; 0 is missing.
    private int Number(ReadOnlySpan<float> posterior)
    {
        if (posterior.IsEmpty)
            return 0;
        Span<float> probabilities = stackalloc float[clusters];
        ClusterProbabilities.Sum(posterior, clusterOfState, probabilities);
        return ClusterProbabilities.Maximum(probabilities) + 1;
    }

    private void Score(BatchScorer scorer, int row, ref VBuffer<float> target)
    {
        Probabilities(scorer, row, ref target);
        float logDensity = scorer.LogDensity(row);
        var editor = VBufferEditor.CreateFromBuffer(ref target);
        foreach (ref float value in editor.Values)
            value = -logDensity - MathF.Log(float.IsNaN(value) ? value : Math.Max(value, MinimumProbability));
        target = editor.Commit();
    }

    private void Probabilities(BatchScorer scorer, int row, ref VBuffer<float> target)
    {
        var posterior = scorer.Posterior(row);
        var editor = VBufferEditor.Create(ref target, clusters);
        if (posterior.IsEmpty)
            editor.Values.Fill(float.NaN);
        else
            ClusterProbabilities.Sum(posterior, clusterOfState, editor.Values);
        target = editor.Commit();
    }

    // The same of all rows, as ONNX.
    private OnnxValue Number(ScoreWriter scores) => scores.Choose(ScoreWriter.Place(Sums(scores)) + scores.Graph.Constant([1L], 1), missing: 0);

    private OnnxValue Score(ScoreWriter scores) => scores.Choose(-scores.LogDensity - Sums(scores).AtLeast(MinimumProbability).Log());

    private OnnxValue Probabilities(ScoreWriter scores) => scores.Choose(Sums(scores));

    private OnnxValue Sums(ScoreWriter scores) => scores.Once("clusters", () => scores.Posterior.Times(scores.Graph.Constant(
        clusterOfState.SelectMany(own => Enumerable.Range(0, clusters).Select(cluster => cluster == own ? 1f : 0)), clusterOfState.Length, clusters)));
}

/// <summary>The columns that a clustering adds; null leaves one out.</summary>
internal sealed record ClusterColumns(string? PredictedLabel, string? Score, string? Probabilities, string? Number)
{
    public static ClusterColumns Of(NormalizingVariationalFlowClusteringOptions options) => new(
        options.PredictedLabelColumnName, options.ScoreColumnName, options.ProbabilitiesColumnName, options.ClusterNumberColumnName);
}

/// <summary>The annotations of the columns that a clustering adds, under the names and types of ML.NET's own clusterings.</summary>
internal static class ClusterAnnotations
{
    private const string Kind = "Clustering";

    public static DataViewSchema.Annotations Label(uint set, int clusters) =>
        OutputAnnotations.Named(set, "PredictedLabel", Kind, "KeyValues", Names(clusters));

    public static DataViewSchema.Annotations Number(uint set) => OutputAnnotations.Score(set, "PredictedLabel", Kind);

    public static DataViewSchema.Annotations Score(uint set, int clusters) => OutputAnnotations.Named(set, "Score", Kind, "SlotNames", Names(clusters));

    public static DataViewSchema.Annotations Probabilities(uint set, int clusters) =>
        OutputAnnotations.Named(set, "Probability", Kind, "SlotNames", Names(clusters), normalized: true);

    private static string[] Names(int clusters) => [.. Enumerable.Range(1, clusters).Select(cluster => $"Cluster{cluster}")];
}
