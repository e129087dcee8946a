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
    using IFlowLearner learner = workload.CreateLearner(), alike = workload.CreateLearner();
    var noise = new RandomStream(4);
    double conditional = MedianMilliseconds(workload.Steps, () => Step(learner, LearningPhase.Clusters));
    long allocated = GC.GetAllocatedBytesForCurrentThread();
    Step(learner, LearningPhase.Clusters);
    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    // The states of the first have learned clusters and stand apart, those of the second are still alike; what is computed should not matter.
    int mixtureSteps = Math.Max(3, workload.Steps / workload.Architecture.States);
    double[] mixture = MediansInTurns(
        mixtureSteps, () => Step(learner, LearningPhase.ExactMixture), () => Step(learner, LearningPhase.Clusters), () => Step(alike, LearningPhase.ExactMixture));

    var scores = new FlowScores(workload.Spec.Shape, FlowOutputs.LogDensity, workload.Rows);
    double scoring = MedianMilliseconds(5, () => learner.Evaluator.Score(workload.ScoredRows, workload.Rows, scores));
    var drawn = new float[workload.ScoredRows.Length];
    double sampling = MedianMilliseconds(5, () => learner.Evaluator.Sample(workload.Rows, new RandomStream(5), null, drawn));

    string kind = workload.Architecture.Pattern == FlowPattern.Coupling ? "coupling" : "autoregressive";
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{kind} D={workload.Architecture.Dimensions} K={workload.Architecture.States} parameters={learner.Parameters} " +
        $"train_step_ms={conditional:F3} score_rows_per_s={1e3 * workload.Rows / scoring:F0} (exact, all states) threads={workload.Device.Threads} " +
        $"mixture_step_ms={mixture[0]:F3} alike_mixture_step_ms={mixture[2]:F3} mixture_per_alike={mixture[0] / mixture[2]:F2} " +
        $"mixture_per_step={mixture[0] / mixture[1]:F2} sample_rows_per_s={1e3 * workload.Rows / sampling:F0} allocated_bytes_per_step={allocated}"));
    return 0;

    void Step(IFlowLearner learner, LearningPhase phase)
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

static double MedianMilliseconds(int count, Action action) => MediansInTurns(count, action)[0];

// The runtime compiles what runs often once more, optimised, a fraction of a second after it started; a training is longer than that.
static double[] MediansInTurns(int count, params Action[] actions)
{
    long begin = Stopwatch.GetTimestamp();
    for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1.5 * actions.Length; i++)
        Array.ForEach(actions, action => action());
    double[][] times = [.. actions.Select(_ => new double[count])];
    for (int i = 0; i < count; i++)
    {
        for (int j = 0; j < actions.Length; j++)
        {
            long start = Stopwatch.GetTimestamp();
            actions[j]();
            times[j][i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
    return [.. times.Select(own => own.Order().ElementAt(count / 2))];
}
