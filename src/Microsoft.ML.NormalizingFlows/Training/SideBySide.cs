using System.Runtime.ExceptionServices;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Trainings that do not depend on one another, each on threads of its own. A step of a small flow is too short to be shared out well; whole
/// trainings are. How many threads each has depends on their number alone and not on whether they take turns, so that they end with the same bits.
/// </summary>
internal static class SideBySide
{
    /// <summary>Threads that a device gives a managed training.</summary>
    public static int Threads(ComputeDevice device) => device.Threads ?? Environment.ProcessorCount;

    /// <summary>Whether trainings on this device may go side by side: LibTorch shares its threads, and a GPU its memory, among all.</summary>
    public static bool IsPossible(FlowSpec spec, ComputeDevice device) =>
        device.GpuDeviceId is null && device.Engine != ComputeEngine.TorchSharp && FlowEngines.IsManaged(spec);

    /// <summary>The device of each of <paramref name="count"/> trainings.</summary>
    public static ComputeDevice ShareOf(ComputeDevice device, int count) =>
        device with { Threads = Threads(device) / Math.Clamp(count, 1, Threads(device)) };

    /// <summary>Does pieces of work and gives their results in order. After one failed, no other begins, and the first failure in order is thrown.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="atOnce">Those at the same time, at most; 1 or less does them in turn on this thread.</param>
    /// <param name="work">Is told the number of a piece.</param>
    public static T[] Run<T>(int count, int atOnce, Func<int, T> work)
    {
        var results = new T[count];
        var failures = new Exception?[count];
        int next = -1;
        bool failed = false;
        Thread[] helpers = [.. Enumerable.Range(1, Math.Max(0, Math.Min(count, atOnce) - 1)).Select(i => new Thread(Work) { IsBackground = true, Name = $"Training {i}" })];
        Array.ForEach(helpers, helper => helper.Start());
        Work();
        Array.ForEach(helpers, helper => helper.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return results;

        void Work()
        {
            while (!Volatile.Read(ref failed) && Interlocked.Increment(ref next) is var i && i < count)
            {
                try
                {
                    results[i] = work(i);
                }
                catch (Exception failure)
                {
                    failures[i] = failure;
                    Volatile.Write(ref failed, true);
                }
            }
        }
    }
}

/// <summary>Passes on what trainings side by side have to say, one message after the other, with the number of the training.</summary>
/// <param name="log">Gets the messages.</param>
/// <param name="gate">Held meanwhile.</param>
/// <param name="name">In front of each.</param>
internal sealed class SharedLog(ITrainingLog log, Lock gate, string name) : ITrainingLog
{
    public void Info(string message)
    {
        lock (gate)
            log.Info(name + message);
    }

    public void Warning(string message)
    {
        lock (gate)
            log.Warning(name + message);
    }
}

/// <summary>Passes on the progress of trainings side by side, one report after the other.</summary>
/// <param name="progress">Gets the reports.</param>
/// <param name="gate">Held meanwhile.</param>
internal sealed class SharedProgress(IProgress<TrainingProgress> progress, Lock gate) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        lock (gate)
            progress.Report(value);
    }
}
