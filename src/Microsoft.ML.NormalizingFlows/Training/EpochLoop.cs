namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>What an <see cref="EpochLoop"/> trains.</summary>
internal interface IEpochTraining
{
    /// <summary>
    /// One pass over the training rows: takes a gradient step whenever the next is asked for, and gives its mean loss, NaN where the step was left
    /// out, and its rows.
    /// </summary>
    /// <param name="epoch">From 0.</param>
    IEnumerable<(double Loss, int Rows)> Pass(int epoch);

    /// <summary>Judges what a pass led to.</summary>
    HeldOutLoss Judge();

    /// <summary>Called when all is told of an epoch.</summary>
    void EndEpoch()
    {
    }
}

/// <summary>How good the weights are on rows that they were not trained on.</summary>
/// <param name="Loss">The mean over these rows.</param>
/// <param name="Keep">Keeps the weights that it belongs to as the best.</param>
/// <param name="Remark">What a message says of them beside, with a comma behind; empty for nothing.</param>
internal readonly record struct HeldOutLoss(double Loss, Action Keep, string Remark = "");

/// <summary>
/// The course of a training: pass after pass until those planned are done, the held-out loss has not fallen for as long as patience lasts or is so
/// low that there is no more use, the time is over, or the user cancels. After each there are a message and a report of progress.
/// </summary>
/// <param name="settings">What the user wants of progress, of cancelling, and of which weights are kept.</param>
/// <param name="log">Gets a line an epoch; null for none.</param>
internal sealed class EpochLoop(TrainingSettings settings, ITrainingLog? log)
{
    /// <summary>Steps in a row whose loss or gradient is not finite before training gives up.</summary>
    private const int MaximumFailures = 20;

    private readonly long _start = settings.Clock.GetTimestamp();
    private readonly TimeLeft _left = settings.TimeLeft ?? new TimeLeft(settings.Time);
    private TimeSpan _elapsedBefore;
    private int _failures;

    /// <summary>Epochs planned; where time alone ends the training, more than there can be.</summary>
    public required int Epochs { get; init; }

    /// <summary>Whether time alone ends the training: then the epochs that there will be follow from how long they took.</summary>
    public bool EndsByTime { get; init; }

    /// <summary>Epochs without a better loss after which training stops.</summary>
    public required int Patience { get; init; }

    /// <summary>From which epoch on patience is another, and which; null for never.</summary>
    public (int From, int Patience)? Late { get; init; }

    /// <summary>Epochs at the start that patience does not count.</summary>
    public int StartEpochs { get; init; }

    /// <summary>What the loss must fall by to be a better one.</summary>
    public double MinimumGain { get; init; }

    /// <summary>A held-out loss at which there is no more use in training.</summary>
    public double EndLoss { get; init; } = double.NegativeInfinity;

    /// <summary>Epochs done.</summary>
    public int Epoch { get; private set; }

    /// <summary>The epoch whose weights are kept, from 1; 0 before there is one.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The held-out loss of the weights that are kept.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>Time in training, that before it was resumed included.</summary>
    public TimeSpan Elapsed => _elapsedBefore + settings.Clock.GetElapsedTime(_start);

    /// <summary>Goes on from where a training stood.</summary>
    public void Resume(int epoch, int bestEpoch, double bestLoss, TimeSpan elapsed) =>
        (Epoch, BestEpoch, BestLoss, _elapsedBefore) = (epoch, bestEpoch, bestLoss, elapsed);

    /// <summary>Trains to the end.</summary>
    /// <returns>Whether it was cancelled before.</returns>
    /// <exception cref="OperationCanceledException">It was, and was to throw then.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite, step after step.</exception>
    public bool Run(IEpochTraining training)
    {
        while (Epoch < Epochs && Epoch - Math.Max(BestEpoch, StartEpochs) < Patience && !IsLate && BestLoss > EndLoss)
        {
            if (!RunEpoch(training, out double trainingLoss))
            {
                return settings.WhenCancelled == WhenCancelled.Throw
                    ? throw new OperationCanceledException("Training was cancelled.", settings.Cancellation)
                    : true;
            }
            if (!double.IsNaN(trainingLoss))
                FinishEpoch(training, trainingLoss);
            if (IsTimeOver)
            {
                log?.Info($"Time is over after {settings.Time}: training ends in epoch {Epoch} of {Planned}, and the best weights so far are kept.");
                break;
            }
        }
        return false;
    }

    // Where it stops if nothing is better any more, once a quarter of the patience is over: before, that says nothing.
    private int? Stop
    {
        get
        {
            int from = Math.Max(BestEpoch, StartEpochs), patience = Patience;
            if (Late is var (late, latePatience) && Math.Max(from, late) + latePatience < from + patience)
                (from, patience) = (Math.Max(from, late), latePatience);
            return !settings.KeepsLast && Epoch - BestEpoch > (Patience + 3) / 4 ? Math.Min(Epochs, from + patience) : null;
        }
    }

    private bool IsLate => Late is var (from, patience) && Epoch - Math.Max(BestEpoch, from) >= patience;

    // What users are told is planned.
    private int Planned => settings.Time is { } time && EndsByTime
        ? Epoch + (int)Math.Ceiling(Math.Min(time.Left / Elapsed * Epoch, Epochs - Epoch))
        : Epochs;

    private bool IsTimeOver => settings.Time is { IsOver: true };

    // False where it was cancelled on the way; where time is over the loss is that of what was trained on, NaN for nothing.
    private bool RunEpoch(IEpochTraining training, out double meanLoss)
    {
        double sum = 0;
        long rows = 0;
        meanLoss = double.NaN;
        using var steps = training.Pass(Epoch).GetEnumerator();
        while (true)
        {
            if (settings.Cancellation.IsCancellationRequested)
                return false;
            if (IsTimeOver || !steps.MoveNext())
                break;
            var (loss, size) = steps.Current;
            _failures = double.IsFinite(loss) ? 0 : _failures + 1;
            if (_failures > MaximumFailures)
                throw new InvalidOperationException($"Training diverged in epoch {Epoch + 1}: the loss is not finite; choose a smaller Training.LearningRate.");
            if (double.IsFinite(loss))
            {
                sum += loss * size;
                rows += size;
            }
        }
        meanLoss = sum / rows;
        return true;
    }

    private void FinishEpoch(IEpochTraining training, double trainingLoss)
    {
        Epoch++;
        var heldOut = training.Judge();
        if (settings.KeepsLast || heldOut.Loss < BestLoss - MinimumGain)
        {
            (BestLoss, BestEpoch) = (heldOut.Loss, Epoch);
            heldOut.Keep();
        }
        var elapsed = Elapsed;
        int planned = Planned;
        var (left, most) = _left.After(settings.Flow, new Course(Epoch, Stop, planned, elapsed));
        log?.Info(FormattableString.Invariant(
            $"Epoch {Epoch} of {planned}: training loss {trainingLoss:F4}, held-out loss {heldOut.Loss:F4}, best {BestLoss:F4} at epoch {BestEpoch}, {heldOut.Remark}{elapsed.TotalSeconds:F1} s, about {left.TotalSeconds:F0} s more, at most {most.TotalSeconds:F0} s."));
        if (BestLoss <= EndLoss)
            log?.Info("Training ends: held-out rows are told apart to a hundredth of a standard deviation, and the density would go on growing without bound.");
        settings.Progress?.Report(new TrainingProgress(
            Epoch, planned, trainingLoss, heldOut.Loss, BestLoss, elapsed, left)
        {
            RemainingAtMost = most,
            Flow = settings.Flow,
            Flows = settings.Flows,
        });
        training.EndEpoch();
    }
}
