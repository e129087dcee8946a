using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Samples.Shared.Terminal;

namespace PaperToys.Plane;

/// <summary>All trainings of Figure 5, side by side on as many threads as there are processors, the longest first.</summary>
internal sealed class Experiment(IReadOnlyList<ToyCase> cases, int seeds, TrainingChoice choice)
{
    private readonly StatusLine _line = new();
    private readonly Stopwatch _clock = new();
    private readonly Lock _lock = new();
    private double _costDone;
    private int _done;

    public IReadOnlyList<TrialResult> Run()
    {
        Trial[] trials = [.. Trials().OrderByDescending(trial => trial.Cost)];
        double cost = trials.Sum(trial => trial.Cost);
        var results = new TrialResult[trials.Length];
        _clock.Start();
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, trials.Length), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                results[i] = trials[i].Run(choice, trials[i].Seed == 1 ? PlaneFigure.Wants(trials[i].Case) : null);
                Report(trials[i], trials.Length, cost);
            });
        _line.Done(string.Create(CultureInfo.InvariantCulture, $"{trials.Length} trainings in {_clock.Elapsed.TotalSeconds:F0} s"));
        return results;
    }

    private IEnumerable<Trial> Trials() =>
        from toy in cases
        from size in FlowSize.Paper
        from contender in Contender.At(size, toy.States)
        from seed in Enumerable.Range(1, seeds)
        select new Trial(toy, size, contender, seed);

    private void Report(Trial trial, int trials, double cost)
    {
        lock (_lock)
        {
            _done++;
            _costDone += trial.Cost;
            double left = _clock.Elapsed.TotalSeconds * (cost / _costDone - 1);
            _line.Show("training", _costDone / cost, string.Create(
                CultureInfo.InvariantCulture,
                $"{_done} of {trials}, about {left:F0} s more; last: {trial.Case.Name}, {trial.Size}, {trial.Contender.Name}, seed {trial.Seed}"));
        }
    }
}
