namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Tells of one of several trainings as the part of the whole that it is, one report after the other.</summary>
internal sealed class RestartProgress : IProgress<TrainingProgress>
{
    private static readonly Lock s_gate = new();

    private readonly IProgress<TrainingProgress> _inner;
    private readonly int _restart;
    private readonly int _restarts;
    private readonly int _turnsLeft;

    private RestartProgress(IProgress<TrainingProgress> inner, int restart, int restarts, int turnsLeft) =>
        (_inner, _restart, _restarts, _turnsLeft) = (inner, restart, restarts, turnsLeft);

    /// <param name="inner">Is told of all; null for nobody.</param>
    /// <param name="restart">The number of the training, from 0.</param>
    /// <param name="restarts">How many there are.</param>
    /// <param name="turnsLeft">How often others like it begin when it is done, before all are.</param>
    public static IProgress<TrainingProgress>? Of(IProgress<TrainingProgress>? inner, int restart, int restarts, int turnsLeft) =>
        inner is null ? null : new RestartProgress(inner, restart, restarts, turnsLeft);

    public void Report(TrainingProgress value)
    {
        lock (s_gate)
            _inner.Report(value with
            {
                Flow = _restart + 1,
                Flows = _restarts,
                Remaining = value.Remaining + _turnsLeft * (value.Elapsed + value.Remaining),
                RemainingAtMost = value.RemainingAtMost + _turnsLeft * (value.Elapsed + value.RemainingAtMost),
            });
    }
}
