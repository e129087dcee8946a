namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new();

    internal LifetimeStatistics Counts => statistics.TensorStatistics;

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.statistics;

    private readonly ThreadDisposeScopeStatistics statistics = new();

    internal void Register(torch.Tensor tensor)
    {
        if (CurrentDisposeScope is { } scope)
        {
            Counts.CreatedInScopeCount++;
            scope.Add(tensor);
        }
        else
        {
            Counts.CreatedOutsideScopeCount++;
        }
    }

    internal void CountDisposed(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is null)
        {
            Counts.DisposedOutsideScopeCount++;
        }
        else
        {
            Counts.DisposedInScopeCount++;
        }
    }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    /// <summary>Takes a scope out of the stack; it need not be the innermost one.</summary>
    internal void Remove(DisposeScope scope)
    {
        if (ReferenceEquals(CurrentDisposeScope, scope))
        {
            CurrentDisposeScope = scope.OuterScope;
            return;
        }
        for (var inner = CurrentDisposeScope; inner is not null; inner = inner.OuterScope)
        {
            if (ReferenceEquals(inner.OuterScope, scope))
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}
