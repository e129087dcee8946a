using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Turns options into what the rooms below understand.</summary>
internal static class OptionsTranslation
{
    /// <summary>The architecture; what the options leave open is that of a density.</summary>
    public static FlowArchitecture Architecture(FlowOptions flow, TrainingOptions training, int dimensions, ulong seed)
    {
        var discrete = flow.Latent as DiscreteFlowLatent ?? FlowLatent.Discrete(1);
        bool isMixture = flow.Latent is MixtureFlowLatent;
        var architecture = new FlowArchitecture
        {
            Dimensions = dimensions,
            States = flow.Latent.StatesAsked ?? 1,
            Pattern = flow.Pattern,
            Map = flow.Map,
            Permutation = flow.Permutation,
            Blocks = flow.Blocks,
            Bins = flow.Bins,
            TailBound = flow.TailBound,
            Dropout = training.Dropout,
            StateStandardization = isMixture || discrete.StateStandardization == true,
            GaussianStates = isMixture,
            BaseComponents = flow.BaseComponents ?? (flow.Latent is AutomaticFlowLatent ? LatentChoice.BaseComponents : 1),
            EncoderHiddenUnits = discrete.EncoderHiddenUnits,
            Seed = seed,
        };
        return architecture with
        {
            Layers = flow.Layers ?? architecture.Layers,
            HiddenUnits = flow.HiddenUnits ?? architecture.HiddenUnits,
        };
    }

    /// <summary>The settings; what the options leave open is that of a density.</summary>
    public static TrainingSettings Settings(FlowOptions flow, TrainingOptions training, ComputeDevice device) => new()
    {
        ChoosesLatent = flow.Latent is AutomaticFlowLatent,
        EnsembleSize = flow.EnsembleSize,
        Objective = training.Objective,
        KMeansStart = flow.Latent is not DiscreteFlowLatent { KMeansStart: false },
        Epochs = training.Epochs,
        BatchSize = training.BatchSize,
        LearningRate = training.LearningRate,
        Schedule = training.Schedule,
        WeightAveraging = training.WeightAveraging,
        WeightDecay = training.WeightDecay ?? 0,
        ChoosesDecay = flow.Latent is AutomaticFlowLatent && training.WeightDecay is null,
        GradientClip = training.GradientClip,
        ValidationFraction = training.ValidationFraction,
        Patience = training.Patience,
        NonFiniteRows = training.NonFiniteRows,
        ShuffleRows = training.ShuffleRows,
        CheckpointFolder = training.CheckpointFolder,
        Progress = training.Progress,
        Cancellation = training.Cancellation,
        WhenCancelled = training.WhenCancelled,
        Device = device,
    };
}
