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
    public void A_team_of_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));
}
