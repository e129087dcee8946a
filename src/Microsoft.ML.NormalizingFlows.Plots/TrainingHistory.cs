namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>Keeps what a training reports, epoch by epoch and in order, to be drawn when it is done.</summary>
/// <example>
/// <code>
/// var history = new TrainingHistory();
/// var model = ml.Transforms.NormalizingVariationalFlow(new() { Training = { Progress = history } }).Fit(train);
/// FlowPlots.Training(history.Epochs).Save("training.svg");
/// </code>
/// </example>
/// <param name="next">Is told of each epoch as well, such as a progress bar; null tells nobody.</param>
public sealed class TrainingHistory(IProgress<TrainingProgress>? next = null) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _epochs = [];

    /// <summary>The epochs so far; a copy.</summary>
    public IReadOnlyList<TrainingProgress> Epochs
    {
        get
        {
            lock (_epochs)
                return [.. _epochs];
        }
    }

    /// <summary>Keeps an epoch; called by the training.</summary>
    /// <param name="value">The epoch.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_epochs)
            _epochs.Add(value);
        next?.Report(value);
    }
}
