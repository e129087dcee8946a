using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The ranges of an architecture, for options that a user sets.</summary>
internal static class ArchitectureCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the option is named.</exception>
    public static void Check(FlowArchitecture architecture)
    {
        Ranges.Integer("The number of features", architecture.Dimensions, 1, FlowLimits.Dimensions);
        Ranges.Integer(nameof(Options.LatentStates), architecture.States, 1, FlowLimits.States);
        if (architecture.MixtureLatent && architecture.States == 1)
            throw new ArgumentException($"A flow of one state cannot have {nameof(Options.Objective)} = {LatentObjective.GaussianMixture}: choose {nameof(Options.LatentStates)} of 2 or more.");
        Ranges.Defined(nameof(Options.Pattern), architecture.Pattern);
        Ranges.Defined(nameof(Options.Map), architecture.Map);
        Ranges.Defined(nameof(Options.Permutation), architecture.Permutation);
        Ranges.Defined(nameof(FlowArchitecture.Parameterization), architecture.Parameterization);
        Ranges.Integer(nameof(Options.Layers), architecture.Layers, 1, FlowLimits.Layers);
        Ranges.Integer(nameof(Options.HiddenUnits), architecture.HiddenUnits, 1, FlowLimits.HiddenUnits);
        Ranges.Integer(nameof(Options.Blocks), architecture.Blocks, 1, FlowLimits.Blocks);
        Ranges.Integer(nameof(Options.Bins), architecture.Bins, FlowLimits.MinimumBins, FlowLimits.Bins);
        Ranges.Above(nameof(Options.TailBound), architecture.TailBound, 0, FlowLimits.TailBound);
        Ranges.Below(nameof(Options.Dropout), architecture.Dropout, 0, 1);
        Ranges.Integer(nameof(Options.BaseComponents), architecture.BaseComponents, 1, FlowLimits.BaseComponents);
        Ranges.Integer(nameof(Options.EncoderHiddenUnits), architecture.EncoderHiddenUnits, 1, FlowLimits.HiddenUnits);
    }
}
