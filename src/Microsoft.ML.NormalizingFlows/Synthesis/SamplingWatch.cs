using System.Diagnostics;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>Follows one pass over drawn rows: reports progress and obeys cancellation.</summary>
/// <param name="total">Rows to do; null where that is not known.</param>
/// <param name="progress">Gets a report after each block; null for none.</param>
/// <param name="cancellation">Stops the pass before the next block.</param>
internal sealed class SamplingWatch(long? total, IProgress<SamplingProgress>? progress, CancellationToken cancellation)
{
    private readonly Stopwatch _watch = new();

    /// <summary>A block begins.</summary>
    /// <exception cref="OperationCanceledException">The pass is to stop.</exception>
    public void Start()
    {
        _watch.Start();
        if (cancellation.IsCancellationRequested)
            throw new OperationCanceledException("Drawing rows was cancelled.", cancellation);
    }

    /// <summary>A block is done.</summary>
    /// <param name="rows">Rows done in all.</param>
    public void Report(long rows) =>
        progress?.Report(new SamplingProgress(rows, total, _watch.Elapsed, total is { } all ? _watch.Elapsed / rows * Math.Max(0, all - rows) : null));
}
