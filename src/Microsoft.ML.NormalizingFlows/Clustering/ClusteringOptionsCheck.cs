using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;
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
        OptionsValidator.Check(options);
        if (options.Training.Group is not null)
            throw new ArgumentException("Training.Group is set, but a clustering is trained by one process alone: leave it out.", "Training.Group");
        int clusters = options.NumberOfClusters ?? 2;
        if (options.Flow.Latent is NoFlowLatent)
            throw new ArgumentException("Flow.Latent is None, but clusters are made of states: set FlowLatent.Discrete, or leave it automatic.", "Flow.Latent");
        if (options.Flow.Latent.StatesAsked is { } states)
            Ranges.Integer("Flow.Latent.States", states, clusters, FlowLimits.States);
        if (options.Flow.EnsembleSize > 1)
        {
            throw new ArgumentException(
                $"Flow.EnsembleSize is {options.Flow.EnsembleSize}, but a clustering keeps one flow: set {nameof(Options.Restarts)}, which trains several and keeps the best.", "Flow.EnsembleSize");
        }
    }
}
