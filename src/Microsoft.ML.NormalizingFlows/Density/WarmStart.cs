using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;
using Options = Microsoft.ML.NormalizingFlows.FlowOptions;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Checks that an earlier flow can give the initial values of a new one.</summary>
internal static class WarmStart
{
    /// <summary>The settings of a training that starts from an earlier flow: it has nothing left to choose.</summary>
    /// <exception cref="ArgumentException">The two differ in something that decides the shape of the arrays or their meaning.</exception>
    public static TrainingSettings Apply(FlowArchitecture wanted, TrainingSettings settings, FlowModel earlier)
    {
        if (settings.EnsembleSize is int members)
            Check(nameof(Options.EnsembleSize), members, earlier.Flows.Count);
        FlowSpec before = earlier.Members[0].Spec, now = wanted.ToSpec();
        if (now.Dimensions != before.Dimensions)
            throw Error($"is a flow over {before.Dimensions} features, but the feature column has {now.Dimensions}");
        if (now.Context != before.Context)
            throw Error($"is given {before.Context} context values, but there are {now.Context} now");
        foreach (var ((option, value), (_, old)) in Network(now).Zip(Network(before)))
        {
            if (!settings.ChoosesMap || option is not (nameof(Options.Map) or nameof(Options.Bins) or nameof(Options.TailBound)))
                Check(option, value, old);
        }
        // A random order may be the reverse one by chance; the other way round it would be told.
        if (wanted.Permutation == FlowPermutation.Reverse && !Orders(now).SequenceEqual(Orders(before)))
            Check(nameof(Options.Permutation), FlowPermutation.Reverse, FlowPermutation.Random);
        if (settings.ChoosesLatent)
            return settings with { ChoosesLatent = false, ChoosesMap = false };
        foreach (var ((option, value), (_, old)) in Latent(now).Zip(Latent(before)))
            Check(option, value, old);
        return now.HasArraysOf(before) ? settings : throw Error("is a flow of another form");
    }

    // What the options call the parts of a flow whose layers are alike.
    private static IEnumerable<(string Option, object Value)> Network(FlowSpec spec)
    {
        var layers = spec.Layers.OfType<NetworkLayerSpec>().ToList();
        yield return (nameof(Options.Layers), layers.Count);
        yield return (nameof(Options.Layer), spec.Layers.OfType<LeakySpec>().Any() ? nameof(FlowLayer.TransformationAutoregressive)
            : layers[0] is MapLayerSpec ? nameof(FlowLayer.ElementwiseMap) : Name(layers[0], "Spec"));
        var map = (layers[0] as MapLayerSpec)?.Map;
        yield return (nameof(Options.Pattern), layers[0] is MapLayerSpec { Pattern: { } pattern } ? Name(pattern, "Spec") : "");
        yield return (nameof(Options.Map), map is MixtureMapSpec mixture ? $"mixture of {mixture.Kernel}" : map is not null ? Name(map, "MapSpec") : "");
        yield return (nameof(Options.HiddenUnits), layers[0].Network.HiddenUnits);
        yield return (nameof(Options.Blocks), layers[0].Network.Blocks);
        if (map is RationalQuadraticSplineMapSpec { Bins: var bins })
            yield return (nameof(Options.Bins), bins);
        if (((map as RationalQuadraticSplineMapSpec)?.TailBound ?? (map as SumOfSquaresMapSpec)?.Bound) is double bound)
            yield return (nameof(Options.TailBound), bound);
    }

    private static IEnumerable<(string Option, object Value)> Latent(FlowSpec spec)
    {
        yield return ("Latent.States", spec.States);
        yield return ("Latent.Dimensions", spec.Latent.Dimensions);
        yield return ("Latent", Name(spec.Latent, "LatentSpec"));
        yield return ("Latent.StateStandardization", spec.Layers[0] is StateStandardizationSpec);
        yield return (nameof(Options.BaseComponents), spec.Base is MixtureBaseSpec mixture ? mixture.Components : 1);
        if (spec.Latent is DiscreteLatentSpec discrete)
            yield return ("Latent.EncoderHiddenUnits", discrete.EncoderHiddenUnits);
        if (spec.Latent is ContinuousLatentSpec continuous)
            yield return ("Latent.EncoderHiddenUnits", continuous.EncoderHiddenUnits);
    }

    private static IEnumerable<int> Orders(FlowSpec spec) => spec.Layers.OfType<PermutationSpec>().SelectMany(permutation => permutation.Order);

    private static string Name(object part, string suffix) => part.GetType().Name[..^suffix.Length];

    private static void Check<T>(string option, T wanted, T earlier)
    {
        if (!Equals(wanted, earlier))
            throw Error(FormattableString.Invariant($"was trained with Flow.{option} = {earlier}, but the options say {wanted}"));
    }

    private static ArgumentException Error(string what) =>
        new($"The transformer given as warm start {what}: a warm start needs a flow of the same shape.", "warmStart");
}
