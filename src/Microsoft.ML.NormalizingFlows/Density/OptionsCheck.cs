using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Checks every option before anything is read or trained.</summary>
internal static class OptionsCheck
{
    public static void Check(Options options)
    {
        CheckColumns(options);
        ArchitectureCheck.Check(OptionsTranslation.Architecture(options, dimensions: 1, seed: 0));
        CheckTraining(options);
    }

    private static void CheckColumns(Options options) => ColumnNames.Check(
        (nameof(Options.FeatureColumnName), options.FeatureColumnName),
        needed: [],
        [
            (nameof(Options.LogDensityColumnName), options.LogDensityColumnName),
            (nameof(Options.LatentClusterColumnName), options.LatentClusterColumnName),
            (nameof(Options.LatentClusterIndexColumnName), options.LatentClusterIndexColumnName),
            (nameof(Options.LatentProbabilitiesColumnName), options.LatentProbabilitiesColumnName),
            (nameof(Options.BaseVectorColumnName), options.BaseVectorColumnName),
            (nameof(Options.PruningBoundColumnName), options.PruningBoundColumnName),
        ]);

    private static void CheckTraining(Options options)
    {
        if (options.EnsembleSize is { } members)
            Ranges.Integer(nameof(Options.EnsembleSize), members, 1, FlowLimits.Members);
        Ranges.Defined(nameof(Options.Objective), options.Objective);
        if (options.PrunedProbability is { } pruned)
            Ranges.Below(nameof(Options.PrunedProbability), pruned, 0, 1);
        if (options.Epochs is { } epochs)
            Ranges.Integer(nameof(Options.Epochs), epochs, 1);
        Ranges.Integer(nameof(Options.BatchSize), options.BatchSize, 1, 1 << 20);
        Ranges.Above(nameof(Options.LearningRate), options.LearningRate, 0, 1);
        Ranges.Defined(nameof(Options.Schedule), options.Schedule);
        Ranges.Below(nameof(Options.WeightAveraging), options.WeightAveraging, 0, 1);
        if (options.WeightDecay is { } decay)
            Ranges.Within(nameof(Options.WeightDecay), decay, 0, 1);
        Ranges.Between(nameof(Options.GradientClip), options.GradientClip, 0, double.PositiveInfinity);
        Ranges.Between(nameof(Options.ValidationFraction), options.ValidationFraction, 0, 1);
        if (options.Patience is { } patience)
            Ranges.Integer(nameof(Options.Patience), patience, 1);
        Ranges.Defined(nameof(Options.NonFiniteRows), options.NonFiniteRows);
        Ranges.Integer(nameof(Options.ShuffleRows), options.ShuffleRows, 1);
        if (options.CheckpointFolder is not null && string.IsNullOrWhiteSpace(options.CheckpointFolder))
            throw new ArgumentException($"{nameof(Options.CheckpointFolder)} is empty: name a folder, or set null to write no checkpoints.", nameof(Options.CheckpointFolder));
        Ranges.Defined(nameof(Options.WhenCancelled), options.WhenCancelled);
        Ranges.Defined(nameof(Options.Engine), options.Engine);
        if (options.Threads is { } threads)
            Ranges.Integer(nameof(Options.Threads), threads, 1, FlowLimits.Threads);
        if (options.GpuDeviceId is { } gpu)
            Ranges.Integer(nameof(Options.GpuDeviceId), gpu, 0);
    }
}
