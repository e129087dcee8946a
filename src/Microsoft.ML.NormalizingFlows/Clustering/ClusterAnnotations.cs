using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Clustering;

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
