using Microsoft.ML.NormalizingFlows.Pipeline;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>The annotations of the columns that a clustering adds, under the names and types of ML.NET's own clusterings.</summary>
internal static class ClusterAnnotations
{
    private const string Kind = "Clustering";

    public static DataViewSchema.Annotations Label(uint set, int clusters) => Named(set, "PredictedLabel", "KeyValues", clusters).ToAnnotations();

    public static DataViewSchema.Annotations Number(uint set) => OutputAnnotations.Scored(set, "PredictedLabel", Kind).ToAnnotations();

    public static DataViewSchema.Annotations Score(uint set, int clusters) => Named(set, "Score", "SlotNames", clusters).ToAnnotations();

    public static DataViewSchema.Annotations Probabilities(uint set, int clusters)
    {
        var builder = Named(set, "Probability", "SlotNames", clusters);
        OutputAnnotations.AddNormalized(builder);
        return builder.ToAnnotations();
    }

    private static DataViewSchema.Annotations.Builder Named(uint set, string value, string names, int clusters)
    {
        var builder = OutputAnnotations.Scored(set, value, Kind);
        OutputAnnotations.AddNames(builder, names, [.. Enumerable.Range(1, clusters).Select(cluster => $"Cluster{cluster}")]);
        return builder;
    }
}
