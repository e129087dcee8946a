namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// What a transformer computes with, made when first needed and shared by all its cursors, mappers and samples, on any thread.
/// A call that runs while <see cref="Dispose"/> is called ends undisturbed; each later call throws.
/// </summary>
/// <param name="create">Makes it.</param>
/// <param name="owner">The name of the transformer.</param>
internal abstract class SharedResource<T>(Func<T> create, string owner) : IDisposable where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private T? _resource;
    private int _callers;
    private bool _disposed;

    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void ThrowIfDisposed()
    {
        lock (_gate)
        {
            if (_disposed)
                throw SharedResource.Disposed(owner);
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
                _resource?.Dispose();
        }
    }

    /// <summary>Begins a call, which ends with <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    protected T Enter()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            _resource ??= create();
            _callers++;
            return _resource;
        }
    }

    protected void Leave()
    {
        lock (_gate)
        {
            if (--_callers == 0 && _disposed)
                _resource?.Dispose();
        }
    }
}

internal static class SharedResource
{
    /// <summary>What a disposed transformer answers.</summary>
    public static ObjectDisposedException Disposed(string transformer) => new(
        transformer,
        "The transformer was disposed; note that a PredictionEngine disposes the model it was made from unless PredictionEngineOptions.OwnsTransformer is false.");
}
