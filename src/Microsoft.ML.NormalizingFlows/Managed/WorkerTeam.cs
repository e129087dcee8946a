using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>
/// Threads that wait for work and share it out by number, so that which number does which part never changes and nothing is
/// allocated when they start. The caller is number 0. One job at a time. Threads that have had no work for a while end, and start again when
/// there is some; they hold nothing of the team but its work bench, so that a team that nobody holds is collected, and ends them.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    /// <summary>How long a thread waits for work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Bench _bench;

    /// <param name="size">Threads, the caller's included; 1 or more.</param>
    /// <param name="patience">How long a thread waits for work; null for <see cref="Patience"/>.</param>
    public WorkerTeam(int size, TimeSpan? patience = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        _bench = new Bench(size, patience ?? Patience);
    }

    // The constructor may have refused its size.
    ~WorkerTeam() => _bench?.End();

    public int Size { get; }

    /// <summary>Calls <paramref name="work"/> with 0 .. Size - 1, each on its thread, and returns when all have ended.</summary>
    public void Run(Action<int> work)
    {
        if (Size == 1)
            work(0);
        else
            _bench.Run(work);
        // Not collected, with its threads, while they work.
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _bench.End();
        GC.SuppressFinalize(this);
    }

#pragma warning disable CA1001 // A thread may still be on its way out of Signal; without a wait handle the event holds nothing native.
    private sealed class Bench
#pragma warning restore CA1001
    {
        private readonly TimeSpan _patience;
        private readonly SemaphoreSlim[] _start;

        // 1 for a number that has a thread.
        private readonly int[] _hasThread;
        private readonly CountdownEvent _done;
        private Action<int>? _work;
        private Exception? _failure;
        private volatile bool _ended;

        public Bench(int size, TimeSpan patience)
        {
            _patience = patience;
            _start = [.. Enumerable.Range(0, size).Select(_ => new SemaphoreSlim(0))];
            _hasThread = new int[size];
            _done = new CountdownEvent(Math.Max(1, size - 1));
        }

        public void Run(Action<int> work)
        {
            ObjectDisposedException.ThrowIf(_ended, typeof(WorkerTeam));
            _work = work;
            _failure = null;
            _done.Reset();
            for (int i = 1; i < _start.Length; i++)
            {
                _start[i].Release();
                if (Interlocked.CompareExchange(ref _hasThread[i], 1, 0) == 0)
                    StartThread(i);
            }
            try
            {
                work(0);
            }
            finally
            {
                _done.Wait();
                // What it belongs to may be collected while the threads wait.
                _work = null;
            }
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }

        public void End()
        {
            _ended = true;
            foreach (var start in _start)
                start.Release();
        }

        private void StartThread(int number) => new Thread(() => Wait(number)) { IsBackground = true, Name = $"Normalizing flow {number}" }.Start();

        private void Wait(int number)
        {
            while (HasWork(number) && !_ended)
                Do(number);
        }

        // Apart, so that no frame of a thread that waits holds what it has done.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Do(int number)
        {
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

        // Work may come when the thread has just lost patience: then either it or the thread that was started for it does the work.
        private bool HasWork(int number)
        {
            if (_start[number].Wait(_patience))
                return true;
            Volatile.Write(ref _hasThread[number], 0);
            if (!_start[number].Wait(0))
                return false;
            if (Interlocked.CompareExchange(ref _hasThread[number], 1, 0) == 0)
                return true;
            _start[number].Release();
            return false;
        }
    }
}
