using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>A line in the terminal that says how far a round is, and the best so far.</summary>
internal sealed class SearchProgress(SuccessiveHalving halving)
{
    private readonly StatusLine _line = new();
    private int _round = -1, _done;
    private double _best = double.NegativeInfinity;

    /// <summary>Begins a training of a round; the result is told of its epochs.</summary>
    public IProgress<TrainingProgress> Begin(Trial trial, int round)
    {
        if (round != _round)
        {
            EndRound();
            (_round, _done, _best) = (round, 0, double.NegativeInfinity);
        }
        return new Epochs(this, trial);
    }

    public void End(double score)
    {
        _done++;
        if (score > _best)
            _best = score;
    }

    /// <summary>Leaves a last line for the round, if there is one.</summary>
    public void EndRound()
    {
        if (_round >= 0)
            _line.Done($"{Title}: {_done} trials, best {_best:F3} nats");
    }

    private string Title => $"round {_round + 1} of {halving.Rounds}, {halving.Epochs(_round)} epochs";

    private void Show(Trial trial, TrainingProgress value)
    {
        double share = (_done + (double)value.Epoch / Math.Max(1, value.Epochs)) / halving.Sizes[_round];
        string best = double.IsFinite(_best) ? $", best so far {_best:F3} nats" : "";
        _line.Show(Title, share, $"{_done} of {halving.Sizes[_round]} done; trial {trial.Number}, epoch {value.Epoch}{best}");
    }

    private sealed class Epochs(SearchProgress owner, Trial trial) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => owner.Show(trial, value);
    }
}
