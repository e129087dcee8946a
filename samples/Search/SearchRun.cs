using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;
using SearchSample.Space;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>Searches, shows what was found, and compares it with the defaults on rows that nothing has seen.</summary>
internal sealed class SearchRun
{
    private readonly CommandLine _command;
    private readonly MLContext _ml = new(seed: 1);
    private readonly SearchTable _table;
    private readonly OptionSpace _space;
    private readonly SuccessiveHalving _halving;
    private readonly CancellationTokenSource _stop = new();

    private SearchRun(CommandLine command)
    {
        _command = command;
        _table = SearchTable.Read(_ml, command.Csv);
        // Several flows are better than one whatever their options, so that is no question for a search; many states take long.
        _space = OptionSpace.All().Without(nameof(FlowOptions.EnsembleSize)).UpTo(nameof(DiscreteFlowLatent.States), 8);
        if (command.Options is { } names)
            _space = _space.Only(names);
        _halving = new SuccessiveHalving(command.Trials, command.Epochs);
    }

    public static void Run(CommandLine command) => new SearchRun(command).Run();

    private void Run()
    {
        // A place that cannot be written to is better known before the search.
        TrialFile.Save(TablePath, _space, []);
        var clock = Stopwatch.StartNew();
        Console.WriteLine($"{_table.Name}, columns {string.Join(", ", _table.Columns)}");
        Console.WriteLine($"Options: {string.Join(", ", _space.Options.Select(option => option.Name))}. Ctrl+C stops and keeps the best so far.");
        Trial[] trials = Search();
        Trial best = SuccessiveHalving.Ranked(trials).First();
        TrialFile.Save(TablePath, _space, trials);
        if (best.Rounds == 0 || double.IsNaN(best.Score))
        {
            Console.WriteLine("No trial was finished.");
            return;
        }
        Console.WriteLine();
        BestTrials.Table(_space, SuccessiveHalving.Ranked(trials).Take(5), _halving.Rounds).Print();
        SearchFigure.Draw(_space, trials, _halving, $"{trials.Count(trial => trial.Rounds > 0)} trials on {_table.Name}").Save(_command.Figure);
        Console.WriteLine();
        Console.WriteLine($"The best, trial {best.Number}, to copy:");
        Console.WriteLine(BestTrials.Code(_space, best));
        Console.WriteLine();
        Console.WriteLine($"Picture: {Path.GetFullPath(_command.Figure)}; all trials: {Path.GetFullPath(TablePath)}");
        if (!_stop.IsCancellationRequested)
            Compare(best);
        Console.WriteLine($"Done in {clock.Elapsed.TotalSeconds:F0} s.");
    }

    private string TablePath => Path.ChangeExtension(_command.Figure, ".csv");

    private Trial[] Search()
    {
        var random = new Random(_command.Seed);
        Trial[] trials = [.. Enumerable.Range(1, _command.Trials).Select(number => new Trial(number, _space.Draw(random)))];
        var progress = new SearchProgress(_halving);
        ConsoleCancelEventHandler onCancel = (_, pressed) =>
        {
            pressed.Cancel = true;
            _stop.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        try
        {
            _halving.Run(trials, (trial, round) => Score(trial, round, progress), _stop.Token);
        }
        finally
        {
            Console.CancelKeyPress -= onCancel;
        }
        progress.EndRound();
        return trials;
    }

    private double Score(Trial trial, int round, SearchProgress progress)
    {
        NormalizingVariationalFlowOptions options = Options(trial);
        options.Training.Epochs = _halving.Epochs(round);
        options.Training.Cancellation = _stop.Token;
        options.Training.Progress = progress.Begin(trial, round);
        double score;
        try
        {
            score = FlowScore.LogDensities(_ml, options, _table.Train, _table.Validation).Average();
        }
        catch (InvalidOperationException)
        {
            // Some choices cannot be trained, such as too high a learning rate.
            score = double.NaN;
        }
        progress.End(score);
        return score;
    }

    /// <summary>The options of a trial; what is not searched for is not chosen by the training either.</summary>
    private NormalizingVariationalFlowOptions Options(Trial trial)
    {
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.None, EnsembleSize = 1, BaseComponents = 1 } };
        _space.Set(options, trial.Values);
        return options;
    }

    private void Compare(Trial best)
    {
        Console.WriteLine();
        NormalizingVariationalFlowOptions found = Options(best);
        found.Flow.EnsembleSize = 3;
        double[] searched = LogDensities("three flows with what was found", found);
        double[] usual = LogDensities("the defaults", new NormalizingVariationalFlowOptions());
        Estimate difference = Estimate.Of([.. searched.Zip(usual, (one, other) => one - other)]);
        Console.WriteLine($"Test rows, found minus defaults: {difference.Show()} nats (mean over {searched.Length} rows +- 2 standard errors)");
    }

    private double[] LogDensities(string title, NormalizingVariationalFlowOptions options)
    {
        var progress = new ProgressLine(title);
        options.Training.Progress = progress;
        double[] logDensities = FlowScore.LogDensities(_ml, options, _table.Train, _table.Test);
        progress.Done($"{Estimate.Of(logDensities).Show()} nats on test rows");
        return logDensities;
    }
}
