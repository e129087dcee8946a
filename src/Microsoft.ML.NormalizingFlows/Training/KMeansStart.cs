using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The clusters that latent states start from: k-means on a sample of the standardised training rows. Where each state has
/// a standardisation of its own, it starts from the mean and spread of its cluster.
/// </summary>
internal static class KMeansStart
{
    private const int SampleRows = 5_000;

    /// <summary>A cluster narrower than this in some feature starts with this spread, in standard deviations.</summary>
    private const double NarrowestSpread = 0.02;

    /// <summary>K centers of D values, in units of standard deviations; sets the per-state standardisation of <paramref name="flow"/>.</summary>
    public static float[][] Prepare(VariationalFlow flow, TrainingData data, ulong seed)
    {
        var random = RandomStream.For(seed, "k-means");
        var sample = StandardizedSample(data, random);
        var centers = KMeans.Fit(sample, flow.Latent.States, random).Centers;
        if (flow.Architecture.StateStandardization)
            StandardizeStates(flow, sample, centers);
        return centers;
    }

    private static RowTable StandardizedSample(TrainingData data, RandomStream random)
    {
        var order = Enumerable.Range(0, data.Resident.Count).ToArray();
        random.Shuffle(order.AsSpan());
        var sample = new RowTable(data.Resident.Dimensions);
        var row = new float[sample.Dimensions];
        foreach (int index in order.Take(SampleRows))
        {
            data.Resident[index].CopyTo(row);
            data.Scale.FillConstant(row, random);
            data.Scale.Standardize(row, row);
            sample.Add(row);
        }
        return sample;
    }

    private static void StandardizeStates(VariationalFlow flow, RowTable sample, float[][] centers)
    {
        var moments = centers.Select(center => new RunningMoments(center.Length)).ToArray();
        for (int i = 0; i < sample.Count; i++)
            moments[KMeans.Nearest(centers, sample[i]).Cluster].Add(sample[i]);

        var shift = new float[centers.Length][];
        var scale = new float[centers.Length][];
        for (int k = 0; k < centers.Length; k++)
        {
            shift[k] = centers[k];
            scale[k] = [.. Enumerable.Range(0, sample.Dimensions).Select(d => Spread(moments[k], d))];
        }
        flow.modules().OfType<StateStandardization>().Single().Start([.. shift.SelectMany(row => row)], [.. scale.SelectMany(row => row)]);
    }

    /// <summary>The spread of a cluster, drawn towards 1 where it has few rows.</summary>
    private static float Spread(RunningMoments cluster, int slot)
    {
        double variance = (Math.Pow(cluster.StandardDeviation(slot), 2) * cluster.Count + 1) / (cluster.Count + 1);
        return (float)Math.Max(NarrowestSpread, Math.Sqrt(variance));
    }
}
