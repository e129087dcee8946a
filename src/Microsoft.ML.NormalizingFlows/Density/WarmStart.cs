using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;
using Options = Microsoft.ML.NormalizingFlows.FlowOptions;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Checks that an earlier flow can give the initial values of a new one.</summary>
internal static class WarmStart
{
    /// <summary>
    /// The architecture to train, that of the earlier flow with the dropout wanted, and the settings, which then have nothing to
    /// choose. Its seed is that of the earlier flow, on which the order of features in each layer depends.
    /// </summary>
    /// <exception cref="ArgumentException">The two differ in something that decides the shape of the arrays or their meaning.</exception>
    public static (FlowArchitecture Architecture, TrainingSettings Settings) Apply(
        FlowArchitecture wanted, TrainingSettings settings, FlowModel earlier)
    {
        if (settings.EnsembleSize is int members)
            Check(nameof(Options.EnsembleSize), members, earlier.Members.Count);
        var first = earlier.Members[0].Architecture;
        if (settings.ChoosesLatent)
            wanted = wanted with { States = first.States, StateStandardization = first.StateStandardization, GaussianStates = first.GaussianStates, BaseComponents = first.BaseComponents, EncoderHiddenUnits = first.EncoderHiddenUnits };
        return (Architecture(wanted, first), settings with { ChoosesLatent = false });
    }

    private static FlowArchitecture Architecture(FlowArchitecture wanted, FlowArchitecture earlier)
    {
        if (wanted.Dimensions != earlier.Dimensions)
            throw Error($"is a flow over {earlier.Dimensions} features, but the feature column has {wanted.Dimensions}");
        Check("Latent.States", wanted.States, earlier.States);
        Check(nameof(Options.Pattern), wanted.Pattern, earlier.Pattern);
        Check(nameof(Options.Map), wanted.Map, earlier.Map);
        Check(nameof(Options.Permutation), wanted.Permutation, earlier.Permutation);
        Check(nameof(Options.Layers), wanted.Layers, earlier.Layers);
        Check(nameof(Options.HiddenUnits), wanted.HiddenUnits, earlier.HiddenUnits);
        Check(nameof(Options.Blocks), wanted.Blocks, earlier.Blocks);
        if (wanted.Map == FlowMap.RationalQuadraticSpline)
        {
            Check(nameof(Options.Bins), wanted.Bins, earlier.Bins);
            Check(nameof(Options.TailBound), wanted.TailBound, earlier.TailBound);
        }
        Check("Latent.StateStandardization", wanted.StateStandardization, earlier.StateStandardization);
        if (wanted.GaussianStates != earlier.GaussianStates)
            throw Error(FormattableString.Invariant($"was trained with{(earlier.GaussianStates ? "" : "out")} states of a mixture (FlowLatent.Mixture), but the options say otherwise"));
        Check(nameof(Options.BaseComponents), wanted.BaseComponents, earlier.BaseComponents);
        if (wanted.HasEncoderNetwork)
            Check("Latent.EncoderHiddenUnits", wanted.EncoderHiddenUnits, earlier.EncoderHiddenUnits);
        return earlier with { Dropout = wanted.Dropout };
    }

    private static void Check<T>(string option, T wanted, T earlier)
    {
        if (!Equals(wanted, earlier))
            throw Error(FormattableString.Invariant($"was trained with Flow.{option} = {earlier}, but the options say {wanted}"));
    }

    private static ArgumentException Error(string what) =>
        new($"The transformer given as warm start {what}: a warm start needs a flow of the same shape.", "warmStart");
}
