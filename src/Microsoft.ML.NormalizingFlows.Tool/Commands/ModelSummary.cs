using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary>What a model is, in a line.</summary>
internal static class ModelSummary
{
    /// <summary>Empty where there is nothing to say.</summary>
    public static string Of(ITransformer model) => model switch
    {
        NormalizingVariationalFlowTransformer flow => FormattableString.Invariant($"Mean log-density of {flow.Report.ValidationRows} held-out rows: {flow.Report.ValidationLogDensity:F3} nats, {flow.LatentStates} latent states{(flow.Report.GaussianShare > 0 ? FormattableString.Invariant($", Gaussians beside the flows with a share of {flow.Report.GaussianShare:F2}") : "")}"),
        NormalizingVariationalFlowAnomalyTransformer detector => FormattableString.Invariant($"Rows with a score above {detector.Threshold:F3} are anomalies; {detector.HeldOutRows} held-out rows say so"),
        NormalizingVariationalFlowClusteringTransformer clusters => $"{clusters.NumberOfClusters} clusters with {string.Join(", ", clusters.Report.Shares.Select(share => share.ToString("P0", CultureInfo.InvariantCulture)))} of the rows",
        _ => "",
    };
}
