using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The clusters that latent states start from: k-means on a sample of the standardised training rows. Where each state has
/// a standardisation of its own, it starts from the mean and spread of its cluster.
/// </summary>
internal sealed class KMeansStart
{
    private const int SampleRows = 5_000;

    /// <summary>A cluster narrower than this in some feature starts with this spread, in standard deviations.</summary>
    private const double NarrowestSpread = 0.02;

    private readonly RowTable _sample;
    private readonly bool _standardizesStates;

    private KMeansStart(RowTable sample, float[][] centers, bool standardizesStates)
    {
        _sample = sample;
        _standardizesStates = standardizesStates;
        Centers = centers;
    }

    /// <summary>K centers of D values, in units of standard deviations.</summary>
    public float[][] Centers { get; }

    /// <summary>Clusters a sample of the training rows.</summary>
    public static KMeansStart Find(FlowSpec spec, TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "k-means");
        var sample = data.StandardizedSample(SampleRows, random);
        float[][] centers = KMeans.Fit(sample, spec.States, random, KMeans.StatesStart).Centers;
        return new KMeansStart(sample, centers, spec.Layers[0] is StateStandardizationSpec);
    }

    /// <summary>The values that a flow starts from, with the standardisation of each state set to its cluster.</summary>
    public IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays)
    {
        if (!_standardizesStates)
            return arrays;
        var moments = Centers.Select(center => new RunningMoments(center.Length)).ToArray();
        for (int i = 0; i < _sample.Count; i++)
            moments[KMeans.Nearest(Centers, _sample[i]).Cluster].Add(_sample[i]);
        float[] shift = [.. Centers.SelectMany(center => center)];
        float[] logScale = [.. moments.SelectMany(cluster => Enumerable.Range(0, _sample.Dimensions).Select(d => MathF.Log(Spread(cluster, d))))];
        return
        [
            .. arrays.Select(array => array.Name switch
            {
                ParameterNames.StateShift => array with { Values = shift },
                ParameterNames.StateLogScale => array with { Values = logScale },
                _ => array,
            }),
        ];
    }

    /// <summary>The spread of a cluster, drawn towards 1 where it has few rows.</summary>
    private static float Spread(RunningMoments cluster, int slot)
    {
        double variance = (Math.Pow(cluster.StandardDeviation(slot), 2) * cluster.Count + 1) / (cluster.Count + 1);
        return (float)Math.Max(NarrowestSpread, Math.Sqrt(variance));
    }
}
