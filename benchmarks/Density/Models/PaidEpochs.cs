using Density.Data;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;

namespace Density.Models;

/// <summary>How many epochs a processor time pays for, by short trainings on some of the rows: what starting costs stands in all of them.</summary>
internal static class PaidEpochs
{
    // Few batches make what an epoch costs beside its steps count for more than it does.
    private const int Batches = 32;
    private const double MinimumSeconds = 3;

    /// <returns>1 or more.</returns>
    public static int In(double processorSeconds, DensityData data, NormalizingVariationalFlowOptions options)
    {
        int rows = Math.Min(data.Training.Length, Batches * options.Training.BatchSize);
        double share = (double)rows / data.Training.Length;
        var part = data with { Training = data.Training[..rows], Validation = data.Validation[..(int)Math.Clamp(share * data.Validation.Length, 1, data.Validation.Length)] };
        // What was not compiled to its best form yet is slower: the first of these is for that alone.
        Seconds(part, options, 2);
        int epochs = 1;
        double one = Seconds(part, options, 1), more;
        // What comes before the first epoch, of states that are Gaussians some seconds, is in both.
        do
        {
            epochs *= 2;
            more = Seconds(part, options, epochs) - one;
        }
        while (more < MinimumSeconds);
        return (int)Math.Max(1, processorSeconds / (more / (epochs - 1) / share));
    }

    private static double Seconds(DensityData data, NormalizingVariationalFlowOptions asked, int epochs)
    {
        var ml = new MLContext();
        var options = asked.Copy();
        (options.Training.Epochs, options.Training.Patience) = (epochs, epochs);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        using var flow = ml.Transforms.NormalizingVariationalFlow(options)
            .Fit(FeatureRow.View(ml, data.Training, data.Columns), FeatureRow.View(ml, data.Validation, data.Columns));
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
