using System.Diagnostics;
using System.Globalization;
using Benchmarks.Shared;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Speed;

// Milliseconds of a training step and rows a second of exact scoring, in the form in which other programs that do the same
// work print theirs, so that both can take turns in one run. See benchmarks/README.md.
try
{
    var workload = new Workload(new Arguments(args, Workload.Options));
    using IFlowLearner learner = workload.CreateLearner();
    var noise = new RandomStream(4);
    double conditional = MedianMilliseconds(workload.Steps, () => Step(LearningPhase.Clusters));
    long allocated = GC.GetAllocatedBytesForCurrentThread();
    Step(LearningPhase.Clusters);
    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    double mixture = MedianMilliseconds(Math.Max(3, workload.Steps / workload.Architecture.States), () => Step(LearningPhase.ExactMixture));

    var scores = new FlowScores(workload.Spec.Shape, FlowOutputs.LogDensity, workload.Rows);
    double scoring = MedianMilliseconds(5, () => learner.Evaluator.Score(workload.ScoredRows, workload.Rows, scores));
    var drawn = new float[workload.ScoredRows.Length];
    double sampling = MedianMilliseconds(5, () => learner.Evaluator.Sample(workload.Rows, new RandomStream(5), null, drawn));

    string kind = workload.Architecture.Pattern == FlowPattern.Coupling ? "coupling" : "autoregressive";
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{kind} D={workload.Architecture.Dimensions} K={workload.Architecture.States} parameters={learner.Parameters} " +
        $"train_step_ms={conditional:F3} score_rows_per_s={1e3 * workload.Rows / scoring:F0} (exact, all states) threads={workload.Device.Threads} " +
        $"mixture_step_ms={mixture:F3} sample_rows_per_s={1e3 * workload.Rows / sampling:F0} allocated_bytes_per_step={allocated}"));
    return 0;

    void Step(LearningPhase phase)
    {
        if (double.IsNaN(learner.Step(phase, workload.BatchRows, workload.Batch, noise, 1, 5e-4)))
            throw new InvalidDataException("The step was left out: its loss or gradient is not finite.");
    }
}
catch (Exception problem) when (problem is ArgumentException or FormatException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

// The runtime compiles what runs often once more, optimised, a fraction of a second after it started; a training is longer than that.
static double MedianMilliseconds(int count, Action action)
{
    long begin = Stopwatch.GetTimestamp();
    for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1.5; i++)
        action();
    var times = new double[count];
    for (int i = 0; i < count; i++)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
    Array.Sort(times);
    return times[count / 2];
}
