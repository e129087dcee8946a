using Options = Microsoft.ML.NormalizingFlows.FlowOptions;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The ranges of an architecture, for options that a user sets and for model files alike.</summary>
internal static class ArchitectureCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the option is named.</exception>
    public static void Check(FlowArchitecture architecture)
    {
        Ranges.Integer("The number of features", architecture.Dimensions, 1, FlowLimits.Dimensions);
        Ranges.Integer("The number of latent states", architecture.States, 1, FlowLimits.States);
        if (architecture.GaussianStates && architecture.States == 1)
            throw new ArgumentException($"A flow of one state cannot be a mixture: choose 2 states or more.");
        Ranges.Defined(nameof(Options.Pattern), architecture.Pattern);
        Ranges.Defined(nameof(Options.Map), architecture.Map);
        Ranges.Defined(nameof(Options.Permutation), architecture.Permutation);
        Ranges.Defined(nameof(FlowArchitecture.Parameterization), architecture.Parameterization);
        Ranges.Integer(nameof(Options.Layers), architecture.Layers, 1, FlowLimits.Layers);
        Ranges.Integer(nameof(Options.HiddenUnits), architecture.HiddenUnits, 1, FlowLimits.HiddenUnits);
        Ranges.Integer(nameof(Options.Blocks), architecture.Blocks, 1, FlowLimits.Blocks);
        Ranges.Integer(nameof(Options.Bins), architecture.Bins, FlowLimits.MinimumBins, FlowLimits.Bins);
        Ranges.Above(nameof(Options.TailBound), architecture.TailBound, 0, FlowLimits.TailBound);
        Ranges.Below(nameof(TrainingOptions.Dropout), architecture.Dropout, 0, 1);
        Ranges.Integer(nameof(Options.BaseComponents), architecture.BaseComponents, 1, FlowLimits.BaseComponents);
        Ranges.Integer(nameof(DiscreteFlowLatent.EncoderHiddenUnits), architecture.EncoderHiddenUnits, 1, FlowLimits.HiddenUnits);
    }

    /// <summary>
    /// A number of learned values that every flow of this architecture exceeds: its square matrices and its base. A file with fewer
    /// cannot be a whole model, and is refused before networks of the size that it claims are made.
    /// </summary>
    public static long LeastValues(FlowArchitecture architecture)
    {
        long d = architecture.Dimensions, h = architecture.HiddenUnits, e = architecture.EncoderHiddenUnits;
        long mixing = d * (d - 1);
        long network = d > 1 ? architecture.Blocks * h * h : 0;
        long encoder = architecture.HasEncoderNetwork ? e * e : 0;
        long gaussians = architecture.GaussianStates ? architecture.States * d * (d + 1) / 2 : 0;
        long mixture = architecture.BaseComponents > 1 ? architecture.BaseComponents * (2 * d + 1) : 0;
        return architecture.Layers * (mixing + network) + encoder + gaussians + mixture;
    }
}
