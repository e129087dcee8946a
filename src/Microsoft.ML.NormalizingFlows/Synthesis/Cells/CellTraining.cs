using System.Diagnostics;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>
/// One training from start to the best weights: Adam on shuffled batches, held-out rows scored after each
/// epoch, an early stop.
/// </summary>
internal sealed class CellTraining
{
    private const int UsualSteps = 1_000;
    private const int MinimumEpochs = 8;
    private const int MaximumEpochs = 400;

    private readonly CellShape _shape;
    private readonly TrainingSettings _settings;
    private readonly CellRows _rows, _heldOut;
    private readonly ITrainingLog _log;
    private readonly ulong _seed;
    private readonly int _batchSize;
    private readonly TrainingPlan _plan;

    /// <param name="shape">Of the network.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="rows">To train on, 1 or more.</param>
    /// <param name="heldOut">To choose the epoch on, 1 or more; the training rows where none are held out.</param>
    /// <param name="seed">Where all that is random comes from.</param>
    /// <param name="log">Gets a line an epoch.</param>
    public CellTraining(CellShape shape, TrainingSettings settings, CellRows rows, CellRows heldOut, ulong seed, ITrainingLog log)
    {
        (_shape, _settings, _rows, _heldOut, _seed, _log) = (shape, settings, rows, heldOut, seed, log);
        _batchSize = Math.Min(settings.BatchSize, rows.Count);
        long perEpoch = (rows.Count + _batchSize - 1) / _batchSize;
        int epochs = settings.Epochs ?? (int)Math.Clamp((UsualSteps + perEpoch - 1) / perEpoch, MinimumEpochs, MaximumEpochs);
        _plan = TrainingPlan.For(settings with { Epochs = epochs }, perEpoch, clusterStart: false);
    }

    /// <summary>Trains to the end.</summary>
    /// <param name="report">Of it; densities are those of cells.</param>
    /// <exception cref="OperationCanceledException">Training was cancelled and was to throw then.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public CellModel Complete(out CellTrainingReport report)
    {
        int threads = _settings.Device.Threads ?? Environment.ProcessorCount;
        var engine = CellEngine.Create(_shape, CellStart.Create(_shape, _rows, _seed), threads);
        using var learner = engine.CreateLearner(new LearnerOptions(_settings.WeightDecay, _settings.GradientClip), threads);
        var watch = Stopwatch.StartNew();
        double best = Loss(engine);
        IReadOnlyList<NamedArray> bestArrays = engine.Extract();
        int epoch = 0, bestEpoch = 0;
        bool cancelled = false;
        while (epoch < _plan.Epochs && epoch - bestEpoch < _plan.Patience)
        {
            double training = RunEpoch(learner, epoch, out cancelled);
            if (cancelled)
                break;
            epoch++;
            double loss = Loss(engine);
            if (loss < best)
                (best, bestEpoch, bestArrays) = (loss, epoch, engine.Extract());
            _log.Info(
                $"Epoch {epoch} of {_plan.Epochs}: training loss {training:F4}, held-out loss {loss:F4}, best {best:F4} at epoch {bestEpoch}, {watch.Elapsed.TotalSeconds:F1} s.");
            _settings.Progress?.Report(new TrainingProgress(
                epoch, _plan.Epochs, training, loss, best, watch.Elapsed, watch.Elapsed / epoch * (_plan.Epochs - epoch)));
        }
        if (cancelled && _settings.WhenCancelled == WhenCancelled.Throw)
            throw new OperationCanceledException("Training was cancelled.", _settings.Cancellation);
        report = new CellTrainingReport(epoch, bestEpoch, -best, engine.Parameters, cancelled);
        return new CellModel(_shape, bestArrays);
    }

    private double RunEpoch(ICellLearner learner, int epoch, out bool cancelled)
    {
        var order = Enumerable.Range(0, _rows.Count).ToArray();
        RandomStream.For(_seed, "batches", (ulong)epoch).Shuffle(order.AsSpan());
        double sum = 0;
        long step = epoch * ((_rows.Count + _batchSize - 1L) / _batchSize);
        cancelled = false;
        for (int start = 0; start < order.Length; start += _batchSize, step++)
        {
            cancelled = _settings.Cancellation.IsCancellationRequested;
            if (cancelled)
                break;
            var batch = order.AsMemory(start, Math.Min(_batchSize, order.Length - start));
            uint dropoutSeed = (uint)RandomStream.Derive(_seed, "dropout", (ulong)step);
            sum += learner.Step(_rows, batch, dropoutSeed, _plan.LearningRateAt(step)) * batch.Length;
        }
        if (!double.IsFinite(sum))
            throw new InvalidOperationException($"Training diverged in epoch {epoch + 1}: the loss is not finite; choose a smaller Training.LearningRate.");
        return sum / order.Length;
    }

    private double Loss(CellEngine engine)
    {
        var logs = new double[_heldOut.Count];
        engine.Evaluator.Score(_heldOut, logs);
        return -logs.Average();
    }
}
