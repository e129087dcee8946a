namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>The columns that a detector adds; saved with the model. Null leaves one out.</summary>
internal sealed record AnomalyColumns(string Score, string PredictedLabel, string? PValue, string? FeatureContributions, string? ExpectedFeatures)
{
    public static AnomalyColumns Of(NormalizingVariationalFlowAnomalyOptions options) => new(
        options.ScoreColumnName, options.PredictedLabelColumnName, options.PValueColumnName,
        options.FeatureContributionsColumnName, options.ExpectedFeaturesColumnName);
}
