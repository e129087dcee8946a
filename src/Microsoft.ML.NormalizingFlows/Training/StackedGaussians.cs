using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>The mixture of Gaussians that stands beside flows: its number of Gaussians is that under which held-out rows are likeliest.</summary>
internal static class StackedGaussians
{
    /// <summary>The weight of N(0, I) beside the others: what no Gaussian has seen costs at most -ln of it more than under that.</summary>
    private const double Background = 0.01;

    /// <summary>Values of the sample that Gaussians are fitted to, about, and rows for each feature of it at least where there are so many.</summary>
    private const int SampleValues = 1 << 20, RowsPerFeature = 10;

    /// <summary>Rows for each feature of each of several Gaussians.</summary>
    private const int RowsPerFeatureOfEach = 2;

    /// <summary>Numbers of Gaussians, and rows that their common variances count as, of which held-out rows choose.</summary>
    private static readonly int[] s_components = [1, 2, 4, 8, 16];

    private static readonly double[] s_strengths = [2, 20, 200];

    /// <summary>Fits it to a sample of the training rows.</summary>
    public static ShrunkMixture Best(TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "stacked Gaussians");
        int features = data.Scale.Dimensions;
        var sample = data.StandardizedSample(Math.Min(MixtureLatentStart.SampleRows, Math.Max(SampleValues / features, RowsPerFeature * features)), random);
        var heldOut = new RowTable(features);
        var row = new float[features];
        for (int i = 0; i < data.Validation.Count; i++)
        {
            data.Scale.Standardize(data.Validation[i], row);
            heldOut.Add(row);
        }
        // Longer tables have a trial of states that are Gaussians.
        int most = LatentChoice.BearsStates(data.Count) ? 1 : sample.Count / (RowsPerFeatureOfEach * features);
        return ShrunkMixture.Best(sample, heldOut, s_components.Where(components => components == 1 || components <= most), s_strengths, Background, random);
    }

    /// <summary>A mixture of standardised rows as a flow that has nothing to map.</summary>
    public static FlowMember Member(ShrunkMixture mixture, FeatureScale scale, ulong seed)
    {
        var spec = new FlowSpec
        {
            Dimensions = scale.Dimensions,
            Layers = [new PermutationSpec([.. Enumerable.Range(0, scale.Dimensions)]), new LinearSpec()],
            Latent = new MixtureLatentSpec(mixture.Components.Count),
        };
        return new FlowMember(spec, MixtureLatentStart.ApplyTo(FlowStart.Create(spec, seed, scale.Shift, scale.Scale), mixture));
    }

    /// <summary>How many numbers such a member has learned.</summary>
    public static long Values(FlowMember member) =>
        member.Arrays.Where(array => array.Name is ParameterNames.StateLogWeights or ParameterNames.StateMeans or ParameterNames.StateWhitening).Sum(array => (long)array.Values.Length);
}
