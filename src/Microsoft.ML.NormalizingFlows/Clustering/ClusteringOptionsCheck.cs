using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowClusteringOptions;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Checks every option before anything is read or trained.</summary>
internal static class ClusteringOptionsCheck
{
    public static void Check(Options options)
    {
        ColumnNames.Check(
            (nameof(Options.FeatureColumnName), options.FeatureColumnName),
            needed: [],
            [
                (nameof(Options.PredictedLabelColumnName), options.PredictedLabelColumnName),
                (nameof(Options.ScoreColumnName), options.ScoreColumnName),
                (nameof(Options.ProbabilitiesColumnName), options.ProbabilitiesColumnName),
                (nameof(Options.ClusterNumberColumnName), options.ClusterNumberColumnName),
            ]);
        if (options.NumberOfClusters is { } clusters)
            Ranges.Integer(nameof(Options.NumberOfClusters), clusters, 2, FlowLimits.States);
        Ranges.Integer(nameof(Options.MostClusters), options.MostClusters, 2, FlowLimits.States);
        if (options.Restarts is { } restarts)
            Ranges.Integer(nameof(Options.Restarts), restarts, 1, FlowLimits.Members);
        Ranges.Within(nameof(Options.AgreementTolerance), options.AgreementTolerance, 0, 1);
        if (options.LatentStates is { } states)
            Ranges.Integer(nameof(Options.LatentStates), states, options.NumberOfClusters ?? 2, FlowLimits.States);
        ArgumentNullException.ThrowIfNull(options.Flow, nameof(Options.Flow));
        options.Flow.Validate();
    }
}
