namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Tells of one of several trainings as the part of the whole that it is, one report after the other.</summary>
internal sealed class RestartProgress : IProgress<TrainingProgress>
{
    private static readonly Lock s_gate = new();

    private readonly IProgress<TrainingProgress> _inner;
    private readonly int _restart;
    private readonly int _restarts;

    private RestartProgress(IProgress<TrainingProgress> inner, int restart, int restarts) =>
        (_inner, _restart, _restarts) = (inner, restart, restarts);

    public static IProgress<TrainingProgress>? Of(IProgress<TrainingProgress>? inner, int restart, int restarts) =>
        inner is null ? null : new RestartProgress(inner, restart, restarts);

    public void Report(TrainingProgress value)
    {
        lock (s_gate)
            _inner.Report(value with { Flow = _restart + 1, Flows = _restarts });
    }
}
