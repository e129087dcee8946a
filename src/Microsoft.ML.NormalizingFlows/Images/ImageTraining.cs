using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// The training of a flow of images from start, or from a checkpoint, to the best weights: Adam on shuffled batches with a falling step size, and after each epoch
/// the density of held-out images.
/// </summary>
internal sealed class ImageTraining : IEpochTraining, IDisposable
{
    /// <summary>Gradient steps of an epoch, at most, and of a training on a table of usual size, where the user names no number of epochs.</summary>
    private const int MaximumPerEpoch = 250, UsualSteps = 4_000;

    /// <summary>Epochs of a training whose time is given; the time ends it.</summary>
    private const int EndlessEpochs = 100_000;

    /// <summary>Images trained on for each held-out one that an epoch is judged by, and how many these are at least.</summary>
    private const int TrainedPerJudged = 10, MinimumJudged = 256;

    /// <summary>The share of a training in which a sequential latent and its flow are learned; then they stand still, and p(z) is.</summary>
    private const double FlowShare = 0.8;

    /// <summary>The step size of the prior, of that of the flow.</summary>
    private const double PriorRate = 0.5;

    /// <summary>Weights of an epoch that enter the average, at most.</summary>
    private const int AveragedPerEpoch = 8;

    private readonly ImageSpec _spec;
    private readonly TrainingSettings _settings;
    private readonly ImageData _data;
    private readonly ulong _seed;
    private readonly ITrainingLog _log;
    private readonly IImageLearner _learner;
    private readonly ImageTable _judged;
    private readonly WeightAverage? _average;
    private readonly TrainingPlan _plan;
    private readonly EpochLoop _loop;
    private readonly string _fingerprint;
    private readonly int _batch;
    private readonly long _perPass, _perEpoch;
    private int[] _order = [];
    private long _pass = -1, _step;
    private double? _pixelLoss;
    private double _bestLoss = double.PositiveInfinity;
    private IReadOnlyList<NamedArray> _bestWeights = [];

    public ImageTraining(ImageSpec spec, TrainingSettings settings, ImageData data, ulong seed, ITrainingLog log)
    {
        (_spec, _settings, _data, _seed, _log) = (spec, settings, data, seed, log);
        _learner = ImageEngines.Of(settings.Device).CreateLearner(
            spec, LevelShares.Start(spec, data.Training, seed), new LearnerSettings(settings.WeightDecay, settings.GradientClip, null, settings.Device));
        _batch = Math.Min(settings.BatchSize, data.Training.Count);
        _perPass = (data.Training.Count + _batch - 1) / _batch;
        _perEpoch = settings.Epochs is null ? Math.Min(_perPass, MaximumPerEpoch) : _perPass;
        long usual = (long)(UsualSteps * TrainingPlan.Growth(data.Training.Count));
        int epochs = settings.Epochs ?? (settings.Time is null ? (int)((usual + _perEpoch - 1) / _perEpoch) : EndlessEpochs);
        _plan = TrainingPlan.For(settings, epochs, _perEpoch);
        _judged = data.HeldOut.Sample((int)Math.Max(MinimumJudged, _perEpoch * _batch / TrainedPerJudged), RandomStream.For(seed, "judged images"));
        _average = settings.WeightAveraging > 0 ? new WeightAverage(settings.WeightAveraging) : null;
        _loop = new EpochLoop(settings, log) { Epochs = _plan.Epochs, Patience = _plan.Patience, Late = _plan.Late, EndsByTime = epochs == EndlessEpochs };
        _fingerprint = Fingerprint();
    }

    /// <summary>Trains to the end.</summary>
    /// <returns>The best weights, and what came out.</returns>
    public (IReadOnlyList<NamedArray> Arrays, TrainingReport Report) Complete()
    {
        Resume();
        bool cancelled = _loop.Run(this);
        if (_loop.BestEpoch == 0)
            _bestWeights = _learner.ExtractWeights();
        var words = _spec.Codes is null ? null : new WordCounts(_spec);
        double loss = _loop.BestEpoch > 0 && _judged.Count == _data.HeldOut.Count && words is null ? _bestLoss : LossOf(_bestWeights, _data.HeldOut, words);
        if (_settings.CheckpointFolder is { } folder)
            Checkpoint.Remove(folder);
        var report = new TrainingReport
        {
            TrainingRows = _data.Training.Count,
            ValidationRows = _data.HasHeldOut ? _data.HeldOut.Count : 0,
            Epochs = _loop.Epoch,
            BestEpoch = _loop.BestEpoch,
            Steps = _step,
            ValidationLogDensity = -loss,
            MutualInformation = 0,
            StatesUsed = words?.Used ?? 1,
            Parameters = _bestWeights.Sum(array => array.Values.LongLength),
            Cancelled = cancelled,
        };
        _log.Info(FormattableString.Invariant(
            $"Kept epoch {report.BestEpoch} of {report.Epochs}: {loss / Math.Log(2) / _spec.Shape.Values:F4} bits a dimension on {_data.HeldOut.Count} held-out images."));
        if (words is not null)
            _log.Info(FormattableString.Invariant($"Words of the held-out images: perplexity {words.Perplexity:F2}, {words.Used} of {_spec.Codes!.Words} used."));
        return (_bestWeights, report);
    }

    public void Dispose() => _learner.Dispose();

    public IEnumerable<(double Loss, int Rows)> Pass(int epoch)
    {
        for (long end = (epoch + 1) * _perEpoch; _step < end;)
        {
            int[] rows = Batch(_step);
            var images = new byte[rows.Length * _spec.Shape.Values];
            var given = new float[rows.Length * _spec.Context];
            _data.Training.Copy(rows, images, given);
            double loss = Step(images, given, rows.Length);
            _step++;
            long every = Math.Max(1, _perEpoch / AveragedPerEpoch);
            if (_average is not null && _step % every == 0)
                _average.Add(_learner.ExtractWeights(), _step / every);
            yield return (loss, rows.Length);
        }
    }

    public HeldOutLoss Judge()
    {
        double own = _learner.Evaluator.MeanLoss(_judged), averaged = _average is null ? double.PositiveInfinity : LossOf(_average.Weights, _judged);
        double loss = Math.Min(own, averaged);
        return new HeldOutLoss(
            loss,
            () => (_bestLoss, _bestWeights) = (loss, averaged < own ? _average!.Copy() : _learner.ExtractWeights()),
            FormattableString.Invariant($"{loss / Math.Log(2) / _spec.Shape.Values:F4} bits a dimension, "));
    }

    public void EndEpoch()
    {
        if (_settings.CheckpointFolder is not { } folder)
            return;
        new Checkpoint(
            _fingerprint, _loop.Epoch, _step, _loop.BestEpoch, new Validation(_bestLoss, 0, 0), _loop.Elapsed,
            _learner.ExtractWeights(), _bestWeights, _learner.ExtractOptimizerState(), _average?.Weights ?? []).Write(folder);
    }

    // With a sequential latent p(z) is learned when the encoder stands still: an image's words are then what they will be. The loss is that of pixels and words in both stages.
    private double Step(byte[] images, float[] given, int count)
    {
        double done = _plan.Done(_step, _settings.Time);
        var random = RandomStream.For(_seed, "step", (ulong)_step);
        if (_spec.Codes is null)
            return _learner.Step(ImagePhase.Flow, images, given, count, random, _plan.LearningRateAt(done));
        // Until it learns, the prior is even.
        if (done < FlowShare)
            return _learner.Step(ImagePhase.Flow, images, given, count, random, _plan.LearningRateAt(done / FlowShare)) + _spec.CodeLength * Math.Log(_spec.Codes.Words);
        _pixelLoss ??= StartPrior();
        return _learner.Step(ImagePhase.Prior, images, given, count, random, PriorRate * _plan.LearningRateAt((done - FlowShare) / (1 - FlowShare))) + _pixelLoss.Value;
    }

    // Once the flow stands still: p(z) starts from how frequent each word is at each place. The mean of -log p(x|z) over some training images.
    private double StartPrior()
    {
        var images = _data.Training.Sample(_judged.Count, RandomStream.For(_seed, "pixels"));
        var words = new WordCounts(_spec);
        double pixels = _learner.Evaluator.MeanLosses(images, words).Pixels;
        var weights = _learner.ExtractWeights();
        // A training that is resumed has started it before.
        if (weights.FirstOrDefault(array => array.Name == CodeSpec.Places) is { } places && places.Values.All(value => value == 0))
        {
            float[] logs = words.LogFrequencies();
            _learner.Load([.. weights.Select(array => ReferenceEquals(array, places) ? array with { Values = logs } : array)], _learner.ExtractOptimizerState());
        }
        return pixels;
    }

    // The images of a step: its place in the order of its pass, which follows from the seed and the number of the pass.
    private int[] Batch(long step)
    {
        var (pass, place) = Math.DivRem(step, _perPass);
        if (pass != _pass)
        {
            _order = [.. Enumerable.Range(0, _data.Training.Count)];
            RandomStream.For(_seed, "batches", (ulong)pass).Shuffle(_order.AsSpan());
            _pass = pass;
        }
        int start = (int)(place * _batch);
        return _order[start..Math.Min(start + _batch, _order.Length)];
    }

    private double LossOf(IReadOnlyList<NamedArray> weights, ImageTable images, WordCounts? words = null)
    {
        using var evaluator = ImageEngines.Of(_settings.Device).CreateEvaluator(_spec, weights, _settings.Device);
        return evaluator.MeanLoss(images, words);
    }

    private void Resume()
    {
        if (_settings.CheckpointFolder is not { } folder || Checkpoint.Find(folder, _fingerprint) is not { } found)
            return;
        if (found.Epoch > _plan.Epochs || (_settings.Time is null ? found.Step != found.Epoch * _perEpoch : found.Step > found.Epoch * _perEpoch)
            || !IsWhole(found.BestWeights) || found.Average.Count > 0 && !IsWhole(found.Average))
        {
            throw Checkpoint.Damaged(folder);
        }
        try
        {
            _learner.Load(found.Weights, found.OptimizerState);
        }
        catch (Exception error) when (error is InvalidDataException or KeyNotFoundException)
        {
            throw Checkpoint.Damaged(folder, error);
        }
        _average?.Load(found.Average);
        _loop.Resume(found.Epoch, found.BestEpoch, found.Best.Loss, found.Elapsed);
        _settings.Time?.Resume(found.Elapsed);
        (_step, _bestLoss, _bestWeights) = (found.Step, found.Best.Loss, found.BestWeights);
        _log.Info($"Resumed after epoch {found.Epoch} from the checkpoint in '{folder}'.");
    }

    private bool IsWhole(IReadOnlyList<NamedArray> arrays) => arrays.Select(array => (array.Name, string.Join(' ', array.Shape)))
        .SequenceEqual(_spec.Parameters().Select(parameter => (parameter.Name, string.Join(' ', parameter.Shape))));

    // Everything that decides the result.
    private string Fingerprint()
    {
        string options = FormattableString.Invariant(
            $"{ModelJson.Write(_spec)} {_seed} {_plan.Epochs} {_plan.Patience} {_plan.LearningRate} {_plan.Schedule} {_batch} {_settings.WeightDecay} {_settings.GradientClip} {_settings.WeightAveraging}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(options));
        foreach (var table in new[] { _data.Training, _data.HeldOut })
        {
            foreach (var (image, given) in table.Images.Zip(table.Given))
            {
                hash.AppendData(image);
                hash.AppendData(MemoryMarshal.AsBytes(given.AsSpan()));
            }
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
