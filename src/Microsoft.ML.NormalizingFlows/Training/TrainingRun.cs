using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// One training of a flow from start, or from a checkpoint, to the best weights: Adam on shuffled batches with a falling step size, an average of
/// the weights, a validation of both after each epoch.
/// </summary>
internal sealed class TrainingRun : IEpochTraining, IDisposable
{
    /// <summary>Weights of an epoch that enter the average, at most.</summary>
    private const int AveragedPerEpoch = 8;

    /// <summary>
    /// Rows trained on for each held-out one that an epoch is judged by, where there are more than <see cref="MinimumJudged"/>: judging is to
    /// take a small part of the time.
    /// </summary>
    private const int TrainedPerJudged = 5, MinimumJudged = 1_000;

    /// <summary>
    /// The divergence of a continuous latent counts little at first, and in full from that share of the steps on: its layers are to find a use for it
    /// before it costs what it is to cost.
    /// </summary>
    private const double AnnealedShare = 0.2, FirstDivergenceWeight = 0.1;

    /// <summary>Draws of a continuous latent by which epochs are told apart.</summary>
    private const int JudgedDraws = 4;

    private readonly TrainingSettings _settings;
    private readonly TrainingData _data;
    private readonly ITrainingLog _log;
    private readonly FlowSpec _spec;
    private readonly ulong _seed;
    private readonly IFlowLearner _learner;
    private readonly Batches _batches;
    private readonly TrainingPlan _plan;
    private readonly string _fingerprint;
    private readonly WeightAverage? _average;
    private readonly EpochLoop _loop;
    private readonly RowTable _judged;
    private readonly float[] _uniforms;

    private long _step;
    private Validation _best = new(double.PositiveInfinity, 0, 0);
    private IReadOnlyList<NamedArray> _bestWeights = [];
    private ContinuousLatentBounds? _bounds;

    /// <param name="architecture">The flow, the seed and the dropout; of a warm start the last two alone.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="data">The rows.</param>
    /// <param name="warmStart">A flow to start from, or null.</param>
    /// <param name="log">Gets messages.</param>
    public TrainingRun(FlowArchitecture architecture, TrainingSettings settings, TrainingData data, FlowMember? warmStart, ITrainingLog log)
    {
        (_settings, _data, _log, _seed) = (settings, data, log, architecture.Seed);
        _spec = warmStart?.Spec ?? architecture.ToSpec();
        var arrays = warmStart?.Arrays ?? FlowStart.Create(_spec, _seed, data.Scale.Shift, data.Scale.Scale);
        if (_spec.Latent is MixtureLatentSpec && warmStart is null)
            arrays = MixtureLatentStart.ApplyTo(arrays, _spec, data, _seed);
        SurfaceStart? surface = _spec.Latent is ContinuousLatentSpec && warmStart is null ? SurfaceStart.Find(_spec, data, _seed) : null;
        if (surface is not null)
            log.Info("The rows lie near a curved surface: the latent starts from their places along it.");
        else if (_spec.Latent is ContinuousLatentSpec && warmStart is null)
            arrays = PrincipalStart.ApplyTo(arrays, _spec, data, _seed);
        KMeansStart? start = _spec.Latent is DiscreteLatentSpec && settings.KMeansStart && warmStart is null ? KMeansStart.Find(_spec, data, _seed) : null;
        if (start is not null)
            arrays = start.ApplyTo(arrays);
        if (warmStart is null)
        {
            var gaussian = settings.StartsFromGaussian ? GaussianStart.Find(_spec, data, settings.Noise, _seed) : GaussianStart.FindDependences(_spec, data, _seed);
            arrays = gaussian?.ApplyTo(arrays) ?? arrays;
        }
        _learner = FlowEngines.CreateLearner(
            _spec, arrays,
            new LearnerSettings(settings.WeightDecay, settings.GradientClip, start?.Centers ?? surface?.Centers, settings.Device) { Coordinates = surface?.Coordinates, Dropout = architecture.Dropout, Group = settings.Group });
        _batches = TrainingPlan.Batches(settings, data, _seed);
        _plan = TrainingPlan.For(settings, _batches, data.Count, hasStart: start is not null || surface is not null);
        _judged = data.HeldOutSample(Math.Max(MinimumJudged, _batches.PerEpoch * _batches.Size / TrainedPerJudged), RandomStream.For(_seed, "judged rows"));
        _uniforms = new float[_spec.Latent is MixtureLatentSpec ? _judged.Count : 0];
        RandomStream.For(_seed, "held-out states").FillUniform(_uniforms);
        _average = settings.WeightAveraging > 0 ? new WeightAverage(settings.WeightAveraging) : null;
        _loop = new EpochLoop(settings, log)
        {
            Epochs = _plan.Epochs,
            Patience = _plan.Patience,
            Late = _plan.Late,
            StartEpochs = (int)(_plan.StartSteps / _batches.PerEpoch),
            EndLoss = settings.Epochs is null && data.Degenerate.Count > 0
                ? data.Scale.LogScale - DegenerateFeatures.ResolvedLogDensity * data.Scale.Dimensions
                : double.NegativeInfinity,
        };
        _fingerprint = Fingerprint.Of(_spec, architecture.Seed, architecture.Dropout, settings, _plan, data);
    }

    /// <summary>Trains to the end and returns the best weights, or the last ones where those are to be kept.</summary>
    public FlowModel Complete()
    {
        if (_settings.Group is { } group)
            Fingerprint.Compare(group, _fingerprint);
        Resume();
        bool cancelled = _loop.Run(this);
        if (_loop.BestEpoch == 0)
            _bestWeights = _learner.ExtractWeights();
        JudgeBest();
        return new FlowModel(_spec, _bestWeights, Report(cancelled));
    }

    // By all held-out rows; they also say whether new weights of Gaussian states are for the better.
    private void JudgeBest()
    {
        if (_loop.BestEpoch > 0 && ReferenceEquals(_judged, _data.Validation) && _spec.Latent is not (MixtureLatentSpec or ContinuousLatentSpec))
            return;
        using var trained = FlowEngines.CreateEvaluator(new FlowMember(_spec, _bestWeights), _settings.Device);
        _best = Validation.Of(trained, _data.Validation, Validation.PrunedOf(_spec), group: _settings.Group);
        if (_spec.Latent is ContinuousLatentSpec)
            _bounds = LatentBounds.Of(trained, _data.Validation);
        if (_spec.Latent is not MixtureLatentSpec)
            return;
        var weights = StateWeights.Refit(trained, _bestWeights, _data.Resident);
        using var refitted = FlowEngines.CreateEvaluator(new FlowMember(_spec, weights), _settings.Device);
        var validation = Validation.Of(refitted, _data.Validation, Validation.PrunedOf(_spec), group: _settings.Group);
        if (validation.Loss < _best.Loss)
            (_best, _bestWeights) = (validation, weights);
    }

    public void Dispose()
    {
        _batches.Dispose();
        _learner.Dispose();
    }

    private long AverageEvery => Math.Max(1, _batches.PerEpoch / AveragedPerEpoch);

    public IEnumerable<(double Loss, int Rows)> Pass(int epoch)
    {
        var noise = RandomStream.For(_seed, "latent", (ulong)epoch);
        foreach (var batch in _batches.Epoch(epoch))
        {
            int size = batch.Length / _spec.RowWidth;
            yield return (Step(batch.Span, size, noise), size);
        }
    }

    /// <summary>One gradient step; returns the loss that is reported, NaN where the step had to be left out.</summary>
    private double Step(ReadOnlySpan<float> batch, int size, RandomStream noise)
    {
        var phase = _spec.Latent switch
        {
            MixtureLatentSpec => LearningPhase.MixtureLatent,
            ContinuousLatentSpec => _step < _plan.StartSteps ? LearningPhase.Surface : LearningPhase.ContinuousLatent,
            DiscreteLatentSpec when _step < _plan.StartSteps => LearningPhase.Clusters,
            DiscreteLatentSpec or NoLatentSpec => _settings.Objective switch
            {
                LatentObjective.GumbelSoftmax => LearningPhase.GumbelSoftmax,
                LatentObjective.ExactMixture => LearningPhase.ExactMixture,
                var unknown => throw new InvalidOperationException($"{unknown} is no objective."),
            },
            var unknown => throw new NotSupportedException($"Nothing trains {unknown.GetType().Name}."),
        };
        _learner.DivergenceWeight = Math.Clamp(_step / (AnnealedShare * _plan.Steps), FirstDivergenceWeight, 1);
        uint dropoutSeed = (uint)RandomStream.Derive(_seed, "dropout", (ulong)_step);
        double loss = _learner.Step(phase, batch, size, noise, dropoutSeed, _plan.LearningRateAt(_step, _settings.Time));
        _step++;
        if (_average is not null && _step % AverageEvery == 0)
            _average.Add(_learner.ExtractWeights(), _step / AverageEvery);
        return loss;
    }

    public HeldOutLoss Judge()
    {
        var (validation, weights) = Validate();
        return new HeldOutLoss(
            validation.Loss,
            () => (_best, _bestWeights) = (validation, weights()),
            _spec.Latent is MixtureLatentSpec ? "" : FormattableString.Invariant($"I(x;z) {validation.MutualInformation:F3}, "));
    }

    public void EndEpoch()
    {
        if (_settings.WrittenFolder is string folder)
        {
            new Checkpoint(
                _fingerprint, _loop.Epoch, _step, _loop.BestEpoch, _best, _loop.Elapsed,
                _learner.ExtractWeights(), _bestWeights, _learner.ExtractOptimizerState(), _average?.Weights ?? []).Write(folder);
        }
    }

    // What counts of the epoch: the weights, or their average where that is better or the held-out rows are to decide nothing.
    private (Validation Validation, Func<IReadOnlyList<NamedArray>> Weights) Validate()
    {
        var own = Judge(_learner.Evaluator);
        if (_average is null)
            return (own, _learner.ExtractWeights);
        using var evaluator = FlowEngines.CreateEvaluator(new FlowMember(_spec, _average.Weights), _settings.Device);
        var averaged = Judge(evaluator);
        return _settings.KeepsLast || averaged.Loss < own.Loss ? (averaged, _average.Copy) : (own, _learner.ExtractWeights);
    }

    private Validation Judge(IFlowEvaluator evaluator) => _spec.Latent is MixtureLatentSpec
        ? new Validation(Validation.BoundOf(evaluator, _judged, _uniforms, _settings.Group), MutualInformation: 0, StatesUsed: 0)
        : Validation.Of(evaluator, _judged, draws: JudgedDraws, group: _settings.Group);

    private void Resume()
    {
        var kept = _settings.CheckpointFolder is { } place ? Checkpoint.Find(place, _fingerprint) : null;
        if (_settings.Group?.Agrees(kept?.Epoch ?? 0) == false)
            throw new InvalidOperationException("The processes of Training.Group see different checkpoints: Training.CheckpointFolder must be one folder for all of them.");
        if (_settings.CheckpointFolder is not string folder || kept is not Checkpoint found)
            return;
        if (found.Epoch > _plan.Epochs || (_settings.Time is null ? found.Step != _batches.UpTo(found.Epoch) : found.Step > _batches.UpTo(found.Epoch))
            || found.BestEpoch > 0 && !IsWhole(found.BestWeights) || found.Average.Count > 0 && !IsWhole(found.Average))
        {
            throw Checkpoint.Damaged(folder);
        }
        try
        {
            _learner.Load(found.Weights, found.OptimizerState);
        }
        catch (InvalidDataException error)
        {
            throw Checkpoint.Damaged(folder, error);
        }
        _average?.Load(found.Average);
        _loop.Resume(found.Epoch, found.BestEpoch, found.Best.Loss, found.Elapsed);
        _settings.Time?.Resume(found.Elapsed);
        (_step, _best, _bestWeights) = (found.Step, found.Best, found.BestWeights);
        _log.Info($"Resumed after epoch {found.Epoch} of {_plan.Epochs} from the checkpoint in '{folder}'.");
    }

    // Arrays of the same names and shapes, in the same order, as those of the learner.
    private bool IsWhole(IReadOnlyList<NamedArray> arrays) => arrays.Select(array => (array.Name, string.Join(' ', array.Shape)))
        .SequenceEqual(_learner.ExtractWeights().Select(array => (array.Name, string.Join(' ', array.Shape))));

    private TrainingReport Report(bool cancelled) => new()
    {
        TrainingRows = _data.Count,
        ValidationRows = _data.HasHeldOut ? _data.Validation.Count : 0,
        Epochs = _loop.Epoch,
        BestEpoch = _loop.BestEpoch,
        Steps = _step,
        ValidationLogDensity = -_best.Loss,
        MutualInformation = _best.MutualInformation,
        StatesUsed = _best.StatesUsed,
        LatentBounds = _bounds,
        Parameters = _learner.Parameters,
        Cancelled = cancelled,
    };
}
