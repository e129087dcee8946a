using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>A trained cell network at rest.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Arrays">What it has learned.</param>
internal sealed record CellModel(CellShape Shape, IReadOnlyList<NamedArray> Arrays);

/// <summary>One training of cells from start to the best weights, on shuffled batches.</summary>
internal sealed class CellTraining : IEpochTraining, IDisposable
{
    private const int UsualSteps = 1_000;
    private const int MinimumEpochs = 8;

    private readonly CellShape _shape;
    private readonly TrainingSettings _settings;
    private readonly CellRows _rows, _heldOut;
    private readonly ITrainingLog _log;
    private readonly ulong _seed;
    private readonly int _batchSize;
    private readonly long _perEpoch;
    private readonly TrainingPlan _plan;
    private readonly CellEngine _engine;
    private readonly ICellLearner _learner;
    private IReadOnlyList<NamedArray> _best = [];

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
        _perEpoch = (rows.Count + _batchSize - 1) / _batchSize;
        int epochs = settings.Epochs ?? TrainingPlan.EpochsFor(UsualSteps, _perEpoch, MinimumEpochs);
        _plan = TrainingPlan.For(settings, epochs, _perEpoch);
        int threads = settings.Device.Threads ?? Environment.ProcessorCount;
        _engine = CellEngine.Create(shape, CellStart.Create(shape, rows, seed), threads);
        _learner = _engine.CreateLearner(settings, threads);
    }

    /// <summary>Trains to the end; what it starts from is the best where no epoch is better.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled and was to throw then.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public CellModel Complete()
    {
        var start = Judge();
        start.Keep();
        var loop = new EpochLoop(_settings, _log) { Epochs = _plan.Epochs, Patience = _plan.Patience };
        loop.Resume(epoch: 0, bestEpoch: 0, start.Loss, TimeSpan.Zero);
        loop.Run(this);
        return new CellModel(_shape, _best);
    }

    public IEnumerable<(double Loss, int Rows)> Pass(int epoch)
    {
        var order = Enumerable.Range(0, _rows.Count).ToArray();
        RandomStream.For(_seed, "batches", (ulong)epoch).Shuffle(order.AsSpan());
        long step = epoch * _perEpoch;
        for (int start = 0; start < order.Length; start += _batchSize, step++)
        {
            var batch = order.AsMemory(start, Math.Min(_batchSize, order.Length - start));
            uint dropoutSeed = (uint)RandomStream.Derive(_seed, "dropout", (ulong)step);
            yield return (_learner.Step(_rows, batch, dropoutSeed, _plan.LearningRateAt(step, _settings.Time)), batch.Length);
        }
    }

    public HeldOutLoss Judge()
    {
        var logs = new double[_heldOut.Count];
        _engine.Evaluator.Score(_heldOut, logs);
        return new HeldOutLoss(-logs.Average(), () => _best = _engine.Extract());
    }

    public void Dispose() => _learner.Dispose();
}
