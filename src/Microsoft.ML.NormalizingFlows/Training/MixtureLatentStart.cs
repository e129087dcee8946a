using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Fits the Gaussians of <c>MixtureLatent</c> to a sample of the standardised training rows.</summary>
internal static class MixtureLatentStart
{
    /// <summary>The rows that are enough.</summary>
    public const int SampleRows = 10_000;

    /// <summary>The weight of the background: rows of a kind that no component has seen cost at most -ln of it more than under N(0, I).</summary>
    private const double Background = 0.1;

    /// <summary>The values that a flow starts from, with those of its states.</summary>
    public static IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays, FlowSpec spec, TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "Gaussian states");
        return ApplyTo(arrays, Mixture(data.StandardizedSample(SampleRows, random), spec.States, random));
    }

    /// <summary>The same with a mixture that is there already.</summary>
    public static IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays, ShrunkMixture mixture) =>
    [
        .. arrays.Select(array => array.Name switch
        {
            ParameterNames.StateLogWeights => array with { Values = [.. mixture.LogWeights.Select(weight => (float)weight)] },
            ParameterNames.StateMeans => array with { Values = [.. mixture.Components.SelectMany(component => component.Mean).Select(value => (float)value)] },
            ParameterNames.StateWhitening => array with { Values = [.. mixture.Components.SelectMany(component => component.Whitening().SelectMany(row => row)).Select(value => (float)value)] },
            _ => array,
        }),
    ];

    /// <summary>The mixture of a number of states, the background one of them.</summary>
    public static ShrunkMixture Mixture(RowTable sample, int states, RandomStream random) => ShrunkMixture.Fit(sample, states, Background, random);
}
