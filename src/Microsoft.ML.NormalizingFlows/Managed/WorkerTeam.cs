using System.Runtime.ExceptionServices;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>
/// Threads that wait for work and share it out by number, so that which thread does which part never changes and nothing is
/// allocated when they start. The caller is number 0. One job at a time.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly SemaphoreSlim[] _start;
#pragma warning disable CA2213 // A thread may still be on its way out of Signal; without a wait handle the event holds nothing native.
    private readonly CountdownEvent _done;
#pragma warning restore CA2213
    private Action<int>? _work;
    private Exception? _failure;
    private volatile bool _ended;

    /// <param name="size">Threads, the caller's included; 1 or more.</param>
    public WorkerTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        _start = [.. Enumerable.Range(0, size).Select(_ => new SemaphoreSlim(0))];
        _done = new CountdownEvent(Math.Max(1, size - 1));
        for (int i = 1; i < size; i++)
        {
            int number = i;
            new Thread(() => Wait(number)) { IsBackground = true, Name = $"Normalizing flow {number}" }.Start();
        }
    }

    public int Size { get; }

    /// <summary>Calls <paramref name="work"/> with 0 .. Size - 1, each on its thread, and returns when all have ended.</summary>
    public void Run(Action<int> work)
    {
        if (Size == 1)
        {
            work(0);
            return;
        }
        _work = work;
        _failure = null;
        _done.Reset();
        for (int i = 1; i < Size; i++)
            _start[i].Release();
        try
        {
            work(0);
        }
        finally
        {
            _done.Wait();
        }
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var start in _start)
            start.Release();
    }

    private void Wait(int number)
    {
        while (true)
        {
            _start[number].Wait();
            if (_ended)
                return;
            try
            {
                _work!(number);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
            finally
            {
                _done.Signal();
            }
        }
    }
}
