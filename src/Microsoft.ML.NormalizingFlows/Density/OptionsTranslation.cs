using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Turns options into what the rooms below understand.</summary>
internal static class OptionsTranslation
{
    /// <summary>The architecture; what the options leave open is that of a density.</summary>
    public static FlowArchitecture Architecture(FlowOptions flow, TrainingOptions training, int dimensions, ulong seed, int context = 0)
    {
        bool wide = dimensions > FlowLimits.WideTable;
        var architecture = new FlowArchitecture
        {
            Dimensions = dimensions,
            Rank = wide ? LatentChoice.WideRank : null,
            Context = context,
            Layer = flow.Layer,
            Pattern = flow.Pattern,
            Map = flow.Map ?? FlowMap.RationalQuadraticSpline,
            Permutation = flow.Permutation,
            Blocks = flow.Blocks,
            Bins = flow.Bins,
            TailBound = flow.TailBound,
            Dropout = training.Dropout,
            BaseComponents = flow.BaseComponents ?? (flow.Latent is AutomaticFlowLatent ? LatentChoice.BaseComponents : 1),
            Seed = seed,
        };
        architecture = architecture with
        {
            Layers = flow.Layers ?? (wide ? LatentChoice.WideLayers : architecture.Layers),
            HiddenUnits = flow.HiddenUnits ?? architecture.HiddenUnits,
        };
        return flow.Latent switch
        {
            AutomaticFlowLatent or NoFlowLatent => architecture,
            DiscreteFlowLatent discrete => architecture with
            {
                States = discrete.States,
                StateStandardization = discrete.StateStandardization == true,
                EncoderHiddenUnits = discrete.EncoderHiddenUnits,
            },
            MixtureFlowLatent mixture => architecture with { States = mixture.States, StateStandardization = true, MixtureLatent = true },
            ContinuousFlowLatent continuous => architecture with { LatentDimensions = continuous.Dimensions, EncoderHiddenUnits = continuous.EncoderHiddenUnits },
            _ => throw new ArgumentException($"{flow.Latent} is no latent of a flow."),
        };
    }

    /// <summary>The settings; what the options leave open is that of a density.</summary>
    public static TrainingSettings Settings(FlowOptions flow, TrainingOptions training, ComputeDevice device) => Settings(training, device) with
    {
        ChoosesLatent = flow.Latent is AutomaticFlowLatent,
        ChoosesMap = flow.Latent is AutomaticFlowLatent && flow.Map is null,
        EnsembleSize = flow.EnsembleSize,
        Objective = training.Objective,
        KMeansStart = flow.Latent is not DiscreteFlowLatent { KMeansStart: false },
        Steps = flow.Latent is AutomaticFlowLatent ? LatentChoice.Steps : new TrainingSettings().Steps,
        ChoosesDecay = flow.Latent is AutomaticFlowLatent && training.WeightDecay is null,
    };

    /// <summary>What a training is told whatever it learns.</summary>
    public static TrainingSettings Settings(TrainingOptions training, ComputeDevice device) => new()
    {
        Epochs = training.Epochs,
        BatchSize = training.BatchSize,
        LearningRate = training.LearningRate,
        Schedule = training.Schedule,
        WeightAveraging = training.WeightAveraging,
        WeightDecay = training.WeightDecay ?? 0,
        GradientClip = training.GradientClip,
        ValidationFraction = training.ValidationFraction,
        Patience = training.Patience,
        NonFiniteRows = training.NonFiniteRows,
        ShuffleRows = training.ShuffleRows,
        CheckpointFolder = training.CheckpointFolder,
        Time = training.TimeLimit,
        Progress = training.Progress,
        Cancellation = training.Cancellation,
        WhenCancelled = training.WhenCancelled,
        Group = training.Group,
        Device = device,
    };
}
