using System.Diagnostics;
using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;
using Microsoft.ML.NormalizingFlows.Networks;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training.Objectives;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// One training from start, or from a checkpoint, to the best weights: Adam on shuffled batches with cosine annealing,
/// a validation after each epoch, an early stop.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>Steps in a row whose loss or gradient is not finite before training gives up.</summary>
    private const int MostFailures = 20;

    private readonly TrainingSettings _settings;
    private readonly TrainingData _data;
    private readonly ITrainingLog _log;
    private readonly ulong _seed;
    private readonly Device _device;
    private readonly VariationalFlow _flow;
    private readonly TorchEvaluator _evaluator;
    private readonly FlowOptimizer _optimizer;
    private readonly Batches _batches;
    private readonly TrainingPlan _plan;
    private readonly ITrainingObjective _objective;
    private readonly ClusterObjective? _start;
    private readonly string _fingerprint;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private TimeSpan _elapsedBefore;
    private int _epoch;
    private long _step;
    private int _failures;
    private int _bestEpoch;
    private Validation _best = new(double.PositiveInfinity, 0, 0);
    private IReadOnlyList<NamedArray> _bestWeights = [];

    public TrainingRun(FlowArchitecture architecture, TrainingSettings settings, TrainingData data, FlowModel? warmStart, ITrainingLog log)
    {
        (_settings, _data, _log, _seed) = (settings, data, log, architecture.Seed);
        _device = TorchDevice.Find(settings.Device);
        _flow = warmStart is null
            ? new VariationalFlow(architecture, data.Scale.Shift, data.Scale.Scale)
            : FlowArrays.Build(warmStart with { Architecture = architecture });
        float[][]? centers = architecture.States > 1 && settings.KMeansStart && warmStart is null
            ? KMeansStart.Prepare(_flow, data, _seed)
            : null;
        _evaluator = new TorchEvaluator(_flow, _device);
        _start = centers is null ? null : new ClusterObjective(centers, _device);
        _objective = architecture.States > 1 && settings.Objective == LatentObjective.GumbelSoftmax
            ? new GumbelObjective()
            : new ExactMixtureObjective();
        _optimizer = new FlowOptimizer(_flow.named_parameters(), settings.WeightDecay, settings.GradientClip);
        _batches = new Batches(data, settings.BatchSize);
        _plan = TrainingPlan.For(settings, _batches.PerEpoch, clusterStart: centers is not null);
        _fingerprint = Fingerprint.Of(architecture, settings, _plan, data);
    }

    /// <summary>Trains to the end and returns the best weights.</summary>
    public FlowModel Complete()
    {
        Resume();
        bool cancelled = false;
        while (!cancelled && _epoch < _plan.Epochs && _epoch - Math.Max(_bestEpoch, StartEpochs) < _plan.Patience)
        {
            cancelled = !RunEpoch(out double trainingLoss);
            if (!cancelled)
                FinishEpoch(trainingLoss);
        }
        if (cancelled && _settings.WhenCancelled == WhenCancelled.Throw)
            throw new OperationCanceledException("Training was cancelled.", _settings.Cancellation);
        _flow.eval();
        if (_bestEpoch == 0)
            Keep(Validation.Of(_evaluator, _data.Validation));
        if (!cancelled && _settings.CheckpointFolder is string folder)
            Checkpoint.Remove(folder);
        return new FlowModel(_flow.Architecture, _bestWeights, Report(cancelled));
    }

    public void Dispose()
    {
        _start?.Dispose();
        _optimizer.Dispose();
        _evaluator.Dispose();
    }

    private int StartEpochs => (int)(_plan.StartSteps / _batches.PerEpoch);

    /// <summary>One pass over the training rows; false where it was cancelled on the way.</summary>
    private bool RunEpoch(out double meanLoss)
    {
        _flow.train();
        Dropout.Reseed(_flow, RandomStream.Derive(_seed, "dropout", (ulong)_epoch));
        var order = RandomStream.For(_seed, "batches", (ulong)_epoch);
        var noise = RandomStream.For(_seed, "latent", (ulong)_epoch);
        double sum = 0;
        long rows = 0;
        meanLoss = double.NaN;
        foreach (float[] batch in _batches.Epoch(order))
        {
            if (_settings.Cancellation.IsCancellationRequested)
                return false;
            int size = batch.Length / _flow.Architecture.Dimensions;
            double loss = Step(batch, size, noise);
            if (double.IsFinite(loss))
            {
                sum += loss * size;
                rows += size;
            }
        }
        meanLoss = sum / rows;
        return true;
    }

    /// <summary>One gradient step; returns the loss that is reported, NaN where the step had to be left out.</summary>
    private double Step(float[] batch, int size, RandomStream noise)
    {
        using var scope = NewDisposeScope();
        var x = tensor(batch, [size, _flow.Architecture.Dimensions]).to(_device);
        ITrainingObjective objective = _start is not null && _step < _plan.StartSteps ? _start : _objective;
        var value = objective.Evaluate(_flow, x, noise);
        bool taken = float.IsFinite(value.Loss.item<float>()) && _optimizer.Step(value.Loss, _plan.LearningRateAt(_step));
        _step++;
        _failures = taken ? 0 : _failures + 1;
        if (_failures > MostFailures)
            throw new InvalidOperationException($"Training diverged in epoch {_epoch + 1}: the loss is not finite; choose a smaller LearningRate.");
        return taken ? value.NegativeLogDensity.item<float>() : double.NaN;
    }

    private void FinishEpoch(double trainingLoss)
    {
        _epoch++;
        _flow.eval();
        var validation = Validation.Of(_evaluator, _data.Validation);
        if (validation.Loss < _best.Loss)
            Keep(validation);
        var elapsed = _elapsedBefore + _watch.Elapsed;
        _log.Info(
            $"Epoch {_epoch} of {_plan.Epochs}: training loss {trainingLoss:F4}, held-out loss {validation.Loss:F4}, " +
            $"best {_best.Loss:F4} at epoch {_bestEpoch}, I(x;z) {validation.MutualInformation:F3}, {elapsed.TotalSeconds:F1} s.");
        _settings.Progress?.Report(new TrainingProgress(
            _epoch, _plan.Epochs, trainingLoss, validation.Loss, _best.Loss, elapsed, elapsed / _epoch * (_plan.Epochs - _epoch)));
        if (_settings.CheckpointFolder is string folder)
        {
            new Checkpoint(
                _fingerprint, _epoch, _step, _bestEpoch, _best, elapsed,
                FlowArrays.Extract(_flow), _bestWeights, _optimizer.Extract()).Write(folder);
        }
    }

    private void Keep(Validation validation)
    {
        (_best, _bestEpoch) = (validation, _epoch);
        _bestWeights = FlowArrays.Extract(_flow);
    }

    private void Resume()
    {
        if (_settings.CheckpointFolder is not string folder || Checkpoint.Find(folder, _fingerprint) is not Checkpoint found)
            return;
        FlowArrays.Load(_flow, found.Weights.ToDictionary(array => array.Name));
        _optimizer.Load(found.OptimizerState);
        (_epoch, _step, _bestEpoch, _best) = (found.Epoch, found.Step, found.BestEpoch, found.Best);
        (_bestWeights, _elapsedBefore) = (found.BestWeights, found.Elapsed);
        _log.Info($"Resumed after epoch {_epoch} of {_plan.Epochs} from the checkpoint in '{folder}'.");
    }

    private TrainingReport Report(bool cancelled) => new()
    {
        TrainingRows = _data.Count,
        ValidationRows = _data.HasHeldOut ? _data.Validation.Count : 0,
        Epochs = _epoch,
        BestEpoch = _bestEpoch,
        Steps = _step,
        ValidationLogDensity = -_best.Loss,
        MutualInformation = _best.MutualInformation,
        StatesUsed = _best.StatesUsed,
        Parameters = _flow.parameters().Sum(parameter => parameter.numel()),
        Cancelled = cancelled,
    };
}
