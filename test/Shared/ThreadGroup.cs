using System.Runtime.ExceptionServices;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>A thread that stands for a process of a group.</summary>
internal sealed class ThreadGroup(List<double[]> given, int rank, int size, Barrier barrier) : TrainingGroup
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public override int Rank => rank;

    public override int Size => size;

    public static void Run(int size, Action<ThreadGroup> work)
    {
        using var barrier = new Barrier(size);
        List<double[]> given = [.. Enumerable.Range(0, size).Select(_ => Array.Empty<double>())];
        var failures = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                work(new ThreadGroup(given, rank, size, barrier));
            }
            catch (Exception failure)
            {
                failures[rank] = failure;
            }
            barrier.RemoveParticipant();
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
    }

    public override void Sum(Span<float> values)
    {
        var sums = new double[values.Length];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = values[i];
        Sum(sums);
        for (int i = 0; i < sums.Length; i++)
            values[i] = (float)sums[i];
    }

    public override void Sum(Span<double> values)
    {
        given[rank] = values.ToArray();
        Assert.True(barrier.SignalAndWait(s_patience), "a process did not come");
        double[][] all = [.. given];
        for (int i = 0; i < values.Length; i++)
            values[i] = all.Sum(own => own[i]);
        Assert.True(barrier.SignalAndWait(s_patience), "a process did not come");
    }
}
