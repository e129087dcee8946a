using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>How many latent states a clustering has, and how long it trains, for the rows that there are.</summary>
internal static class ClusteringSize
{
    /// <summary>In how many deviations of their number the rows that are held out stay.</summary>
    private const int Deviations = 5;

    private const int RowsForCluster = 2;

    private const int RowsForState = 40;
    private const int UsualMaximum = 60;
    private const int Steps = 1_500;
    private const int MinimumEpochs = 5;
    private const int MaximumEpochs = 400;

    /// <param name="options">What is asked for.</param>
    /// <param name="rows">The training rows, with those that will be held out.</param>
    /// <exception cref="InvalidOperationException">There are too few rows for the clusters.</exception>
    public static int States(NormalizingVariationalFlowClusteringOptions options, long rows)
    {
        string name = options.NumberOfClusters is null ? nameof(options.MaximumClusters) : nameof(options.NumberOfClusters);
        int clusters = options.NumberOfClusters ?? options.MaximumClusters;
        // Rows are held out by chance: a few more than their share may be.
        double share = options.Training.ValidationFraction;
        long trained = (long)Math.Max(1, Math.Floor((1 - share) * rows - (rows < TrainingData.MinimumRowsToSplit ? 0 : Deviations * Math.Sqrt(rows * share * (1 - share)))));
        // One row tells nothing of a cluster.
        int needed = options.NumberOfClusters is null ? clusters : RowsForCluster * clusters;
        if (needed > trained)
        {
            throw new InvalidOperationException(
                $"{name} is {clusters}, but there are only {rows} rows, of which {trained} or more are trained on: choose fewer clusters, of two rows each at least, or give more rows.");
        }
        int states = options.Flow.Latent.StatesAsked ?? (int)Math.Clamp(rows / RowsForState, 2 * clusters, Math.Max(2 * clusters, UsualMaximum));
        return (int)Math.Min(states, trained);
    }

    /// <summary>Passes over the rows that make <see cref="Steps"/> steps, where no number is asked for.</summary>
    public static int Epochs(NormalizingVariationalFlowClusteringOptions options, long rows) => options.Training.Epochs ?? Epochs(Steps, options.Training.BatchSize, rows);

    /// <summary>Passes over the rows that make so many steps, within bounds.</summary>
    public static int Epochs(int steps, int batchSize, long rows) =>
        (int)Math.Clamp(Math.Ceiling((double)steps * batchSize / rows), MinimumEpochs, MaximumEpochs);
}
