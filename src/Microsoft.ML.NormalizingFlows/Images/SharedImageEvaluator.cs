using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// The evaluator of one transformer, made when first needed and shared by all its cursors, mappers and samples, on any thread. A call that runs while
/// <see cref="Dispose"/> is called ends undisturbed; each later call throws.
/// </summary>
internal sealed class SharedImageEvaluator(Func<IImageEvaluator> create) : IDisposable
{
    private readonly Lock _gate = new();
    private IImageEvaluator? _evaluator;
    private int _callers;
    private bool _disposed;

    public void Use(Action<IImageEvaluator> action)
    {
        var evaluator = Enter();
        try
        {
            action(evaluator);
        }
        finally
        {
            Leave();
        }
    }

    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void ThrowIfDisposed()
    {
        lock (_gate)
        {
            if (_disposed)
                throw SharedEvaluator.Disposed(nameof(ImageVariationalFlowTransformer));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_callers == 0)
                _evaluator?.Dispose();
        }
    }

    private IImageEvaluator Enter()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            _evaluator ??= create();
            _callers++;
            return _evaluator;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_callers == 0 && _disposed)
                _evaluator?.Dispose();
        }
    }
}
