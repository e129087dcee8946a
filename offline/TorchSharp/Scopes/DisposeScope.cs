namespace TorchSharp;

public static partial class torch
{
    /// <summary>Opens a scope: tensors made in it on this thread are disposed with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>The innermost open scope of this thread.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;
}

/// <summary>
/// The tensors to be disposed together. The tensors themselves are the links of the list, so that
/// a training step of a thousand tensors allocates nothing here.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;
    private torch.Tensor? first;
    private torch.Tensor? last;
    private int count;

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public int DisposablesCount
    {
        get
        {
            Manager();
            return count;
        }
    }

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && ReferenceEquals(tensor.OwningDisposeScope, this);

    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        Move(OuterScope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOuter(first);
        MoveToOuter(second);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOuter(first, second);
        MoveToOuter(third);
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            Move(OuterScope, disposable);
        }
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        Move(null, disposable);
        return disposable;
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            Move(null, disposable);
        }
    }

    public void DisposeEverything()
    {
        Manager();
        while (first is { } tensor)
        {
            // Dispose takes the tensor out of the list; one that is disposed already only has to leave it.
            tensor.Dispose();
            if (ReferenceEquals(first, tensor))
            {
                Remove(tensor);
            }
        }
    }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Manager();
        var keep = inKeep.ToHashSet<IDisposable>(ReferenceEqualityComparer.Instance);
        for (var tensor = first; tensor is not null;)
        {
            var next = tensor.NextInScope;
            if (!keep.Contains(tensor))
            {
                tensor.Dispose();
            }
            tensor = next;
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void Dispose()
    {
        if (manager is not null)
        {
            DisposeEverything();
            manager.Remove(this);
            manager = null;
        }
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.NextInScope = null;
        tensor.PreviousInScope = last;
        if (last is null)
        {
            first = tensor;
        }
        else
        {
            last.NextInScope = tensor;
        }
        last = tensor;
        count++;
    }

    internal void Remove(torch.Tensor tensor)
    {
        if (tensor.PreviousInScope is { } previous)
        {
            previous.NextInScope = tensor.NextInScope;
        }
        else
        {
            first = tensor.NextInScope;
        }
        if (tensor.NextInScope is { } next)
        {
            next.PreviousInScope = tensor.PreviousInScope;
        }
        else
        {
            last = tensor.PreviousInScope;
        }
        tensor.NextInScope = tensor.PreviousInScope = null;
        tensor.OwningDisposeScope = null;
        count--;
    }

    /// <summary>Puts one tensor in the place of another, as a parameter takes the place of its data.</summary>
    internal static void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        if (original.OwningDisposeScope is { } scope)
        {
            scope.Remove(original);
            scope.Add(replacement);
        }
    }

    private DisposeScopeManager Manager() => manager ?? throw new ObjectDisposedException(GetType().FullName);

    private void Move(DisposeScope? target, IDisposable disposable)
    {
        var owner = Manager();
        if (disposable is not torch.Tensor tensor || !ReferenceEquals(tensor.OwningDisposeScope, this))
        {
            return;
        }
        Remove(tensor);
        if (target is null)
        {
            owner.Counts.DetachedFromScopeCount++;
        }
        else
        {
            target.Add(tensor);
        }
    }
}
