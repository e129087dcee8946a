namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>The columns that a clustering adds; null leaves one out.</summary>
internal sealed record ClusterColumns(string? PredictedLabel, string? Score, string? Probabilities, string? Number)
{
    public static ClusterColumns Of(NormalizingVariationalFlowClusteringOptions options) => new(
        options.PredictedLabelColumnName, options.ScoreColumnName, options.ProbabilitiesColumnName, options.ClusterNumberColumnName);
}
