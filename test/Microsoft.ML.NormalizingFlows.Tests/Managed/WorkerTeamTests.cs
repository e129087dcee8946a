using Microsoft.ML.NormalizingFlows.Managed;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class WorkerTeamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_run_calls_each_number_once_on_its_own_thread(int size)
    {
        using var team = new WorkerTeam(size);
        Assert.Equal(size, team.Size);
        var threads = new Thread?[size];
        var calls = new int[size];
        const int runs = 5_000;
        for (int run = 1; run <= runs; run++)
        {
            team.Run(number =>
            {
                threads[number] ??= Thread.CurrentThread;
                if (threads[number] == Thread.CurrentThread)
                    calls[number]++;
            });
            if (calls.Any(count => count != run))
                Assert.Fail($"After {run} runs: {string.Join(", ", calls)}");
        }
        Assert.Same(Thread.CurrentThread, threads[0]);
        Assert.Equal(size, threads.Distinct().Count());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    public void An_exception_comes_out_when_all_have_ended_and_the_team_goes_on(int size, int failing)
    {
        using var team = new WorkerTeam(size);
        for (int repeat = 0; repeat < 100; repeat++)
        {
            var ended = new bool[size];
            var error = Assert.Throws<ApplicationException>(() => team.Run(number =>
            {
                if (number == failing)
                    throw new ApplicationException($"{number}");
                Thread.SpinWait(1_000);
                ended[number] = true;
            }));
            Assert.Equal($"{failing}", error.Message);
            Assert.Equal(size - 1, ended.Count(done => done));
            var calls = new int[size];
            team.Run(number => calls[number]++);
            Assert.All(calls, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Disposing_ends_the_threads()
    {
        var threads = new Thread[4];
        using (var team = new WorkerTeam(threads.Length))
            team.Run(number => threads[number] = Thread.CurrentThread);
        Assert.All(threads[1..], thread => Assert.True(thread.Join(Patience)));
    }

    [Fact]
    public void Threads_without_work_end_and_come_back()
    {
        using var team = new WorkerTeam(3, patience: TimeSpan.FromMilliseconds(1));
        var seen = new HashSet<Thread>();
        for (int run = 0; run < 300; run++)
        {
            var threads = new Thread[3];
            team.Run(number => threads[number] = Thread.CurrentThread);
            Assert.Equal(3, threads.Distinct().Count());
            seen.UnionWith(threads[1..]);
            if (run % 3 == 0)
                Thread.Sleep(run % 4);
        }
        Assert.All(seen, thread => Assert.True(thread.Join(Patience)));
        var others = new Thread[3];
        team.Run(number => others[number] = Thread.CurrentThread);
        Assert.Empty(seen.Intersect(others[1..]));
    }

    [Fact]
    public void A_team_that_nobody_holds_ends_with_what_its_work_belongs_to()
    {
        var (threads, owner) = Abandon();
        for (int i = 0; i < 100 && threads.Any(thread => thread.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
        Assert.False(owner.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (Thread[] Threads, WeakReference Owner) Abandon()
    {
        var owner = new Owner();
        return (owner.Work(), new WeakReference(owner));
    }

    [Fact]
    public void A_team_of_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));

    /// <summary>As an evaluator: it holds a team, whose work is its own.</summary>
    private sealed class Owner
    {
        private readonly WorkerTeam _team = new(4, patience: TimeSpan.FromHours(1));
        private readonly Thread[] _threads = new Thread[4];

        public Thread[] Work()
        {
            _team.Run(number => _threads[number] = Thread.CurrentThread);
            return _threads[1..];
        }
    }
}
