using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Turns options into what the rooms below understand.</summary>
internal static class OptionsTranslation
{
    public static FlowArchitecture Architecture(NormalizingVariationalFlowOptions options, int dimensions, ulong seed) => new()
    {
        Dimensions = dimensions,
        States = options.LatentStates ?? 1,
        Pattern = options.Pattern,
        Map = options.Map,
        Permutation = options.Permutation,
        Layers = options.Layers,
        HiddenUnits = options.HiddenUnits,
        Blocks = options.Blocks,
        Bins = options.Bins,
        TailBound = options.TailBound,
        Dropout = options.Dropout,
        StateStandardization = options.StateStandardization,
        MixtureLatent = options.LatentStates > 1 && options.Objective == LatentObjective.GaussianMixture,
        BaseComponents = options.BaseComponents ?? (options.LatentStates is null ? LatentChoice.BaseComponents : 1),
        EncoderHiddenUnits = options.EncoderHiddenUnits,
        Seed = seed,
    };

    public static TrainingSettings Settings(NormalizingVariationalFlowOptions options, ComputeDevice device) => new()
    {
        ChoosesLatent = options.LatentStates is null,
        EnsembleSize = options.EnsembleSize,
        Objective = options.Objective,
        KMeansStart = options.KMeansStart,
        Epochs = options.Epochs,
        BatchSize = options.BatchSize,
        LearningRate = options.LearningRate,
        Schedule = options.Schedule,
        WeightAveraging = options.WeightAveraging,
        WeightDecay = options.WeightDecay ?? 0,
        ChoosesDecay = options.LatentStates is null && options.WeightDecay is null,
        GradientClip = options.GradientClip,
        ValidationFraction = options.ValidationFraction,
        Patience = options.Patience,
        NonFiniteRows = options.NonFiniteRows,
        ShuffleRows = options.ShuffleRows,
        CheckpointFolder = options.CheckpointFolder,
        Progress = options.Progress,
        Cancellation = options.Cancellation,
        WhenCancelled = options.WhenCancelled,
        Device = device,
    };
}
