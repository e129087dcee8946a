using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The trainings behind one model: trials of several latents where validation is to choose, and one of weight decay where a plain flow
/// overfits, then each member of the ensemble, which differ by their seed, or one <see cref="LongFlow"/> in its place where nothing
/// overfits and the density has a bound. The trial that is kept is its first member: the same training would give the same flow. Trials,
/// and members, go side by side, and in a group of processes each does its share of them. In the end what was not chosen, and a mixture of Gaussians, may be
/// set beside them (<see cref="Stacking"/>). Where there is a limit of time, trials have half of it, and what follows is kept where it is better.
/// </summary>
internal sealed class FlowTraining
{
    private const double TrialsPart = 0.5, DecayPart = 1.0 / 3;

    /// <summary>The power of the number of threads that a training becomes faster by.</summary>
    private const double Speedup = 0.7;

    /// <summary>Features from which on a plain flow is the more likely choice of the trials.</summary>
    private const int ManyFeatures = 12;

    private TrainingSettings _settings;
    private readonly TrainingData _data;
    private readonly FlowModel? _warmStart;
    private readonly ITrainingLog _log;
    private readonly IReadOnlyList<FlowArchitecture> _candidates;
    private int _trials;
    private readonly bool _choosesLength, _takesTurns;
    private readonly Lock _gate = new();
    private int _members;
    private int _kept;
    private double _share = 1;
    private int _flow;
    private readonly TimeLeft _timeLeft;
    private int? _chosen;
    private readonly bool _stacks;
    private readonly List<FlowModel> _trained = [];

    /// <param name="architecture">Of a flow, but for what validation is to choose.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="data">The rows.</param>
    /// <param name="warmStart">The flows to start from, or null.</param>
    /// <param name="log">Gets messages.</param>
    /// <param name="takesTurns">Whether one training waits for the other; the same comes out.</param>
    public FlowTraining(
        FlowArchitecture architecture, TrainingSettings settings, TrainingData data, FlowModel? warmStart, ITrainingLog log, bool takesTurns = false)
    {
        _takesTurns = takesTurns;
        _timeLeft = new TimeLeft(settings.Time);
        (_settings, _data, _warmStart, _log) = (settings, data, warmStart, log);
        _candidates = settings.ChoosesLatent ? LatentChoice.Candidates(architecture, data.Count, settings.ChoosesMap) : [architecture];
        bool wide = architecture.Dimensions > FlowLimits.WideTable;
        // Where nothing is chosen between, a trial tells what overfits, and what may be trained for longer.
        bool hasTrial = _candidates.Count > 1 || (settings.ChoosesLatent && (architecture.Context > 0 || settings.ChoosesDecay));
        _trials = hasTrial ? _candidates.Count : 0;
        _members = warmStart?.Flows.Count ?? settings.EnsembleSize
            ?? (settings.ChoosesLatent && data.Count <= LatentChoice.FewRows && !wide ? LatentChoice.EnsembleSize : 1);
        _kept = _trials > 0 ? 1 : 0;
        _stacks = (warmStart is null
            ? settings.ChoosesLatent && settings.EnsembleSize is null && architecture.Context == 0 && !wide && data.Count <= LatentChoice.FewRows
            : warmStart.Members.Count > warmStart.Flows.Count) && data.HasHeldOut && data.Degenerate.Count == 0;
        _choosesLength = settings.Epochs is null && settings.EnsembleSize is null && warmStart is null && !wide;
    }

    /// <summary>Trains to the end; a training that was cancelled gives what there is.</summary>
    public FlowModel Complete()
    {
        var architecture = _candidates[0];
        var members = new List<FlowModel>();
        FlowModel? trial = null;
        if (_trials > 0)
        {
            (architecture, var best) = Choose();
            if (best.Report.Cancelled || IsTimeOver)
                return Alone(best);
            if (_choosesLength && _data.Degenerate.Count == 0 && LongFlow.Pays(best))
            {
                (architecture, _share, _members, _kept) = (LongFlow.Of(architecture), LongFlow.ShareWithin(_settings.Time), 1, 0);
                _chosen = null;
                _settings = _settings with { LearningRate = LongFlow.Rate * _settings.LearningRate };
                _log.Info(FormattableString.Invariant($"It was still getting better: one flow of {architecture.Layers} layers, with a dropout of {architecture.Dropout}, is trained for long."));
                trial = best;
            }
            else
            {
                (architecture, best) = ChooseDecay(architecture, best);
                if (best.Report.Cancelled || IsTimeOver)
                    return Alone(best);
                members.Add(best);
            }
        }
        var trained = Run(
            [.. Enumerable.Range(members.Count, _members - members.Count)
                .Select(i => (architecture with { Seed = EnsembleEvaluator.Seed(architecture.Seed, i) }, _warmStart?.Flows[i]))],
            _share, part: 1);
        members.AddRange(_warmStart is null ? trained : trained.Zip(_warmStart.Flows, (flow, earlier) => flow with { Members = [flow.Members[0] with { Weight = earlier.Weight }] }));
        bool cancelled = members.Any(member => member.Report.Cancelled);
        if (cancelled && members.Count > 1)
            members = Unspoilt(members);
        else if (!cancelled)
            RemoveCheckpoints();
        var model = members.Count == 1 ? members[0] : Merge(members);
        // The trial stands where time ended before the long flow was better, and one flow where it did before the others were worth anything.
        foreach (var other in _settings.Time is null || _settings.FinestNoise < 1 ? [] : trial is null ? members : [trial])
        {
            if (other.Report.ValidationLogDensity > model.Report.ValidationLogDensity)
                model = other;
        }
        model = model with { Report = model.Report with { Cancelled = cancelled } };
        return _stacks && !cancelled ? new Stacking(_data, _settings.Device, architecture.Seed, _log).Beside(model, [.. _trained.Where(other => !model.Members.Contains(other.Members[0]))]) : model;
    }

    // What ended with a trial, since it was cancelled or time is over.
    private FlowModel Alone(FlowModel trial)
    {
        if (!trial.Report.Cancelled)
            RemoveCheckpoints();
        return trial;
    }

    private void RemoveCheckpoints()
    {
        if (_settings.WrittenFolder is string folder)
            Checkpoint.Remove(folder);
    }

    // The best of the trials; its report tells whether they were cancelled.
    private (FlowArchitecture Architecture, FlowModel Model) Choose()
    {
        var trials = Run([.. _candidates.Select(candidate => (candidate, (FlowMember?)null))], share: 1, TrialsPart);
        _trained.AddRange(trials);
        foreach (var (candidate, trial) in _candidates.Zip(trials))
            _log.Info(FormattableString.Invariant($"Trial of {LatentChoice.Name(candidate)}: held-out log-density {trial.Report.ValidationLogDensity:F4} nats."));
        var best = trials.MaxBy(trial => trial.Report.ValidationLogDensity)!;
        var chosen = _candidates[trials.IndexOf(best)];
        _chosen = trials.IndexOf(best) + 1;
        if (_candidates.Count > 1)
            _log.Info($"Validation chooses {LatentChoice.Name(chosen)}.");
        return (chosen, best with { Report = best.Report with { Cancelled = trials.Any(trial => trial.Report.Cancelled) } });
    }

    // Few rows of many features: there, small weights are worth more than any latent (see benchmarks/README.md).
    private (FlowArchitecture Architecture, FlowModel Model) ChooseDecay(FlowArchitecture architecture, FlowModel best)
    {
        if (!_settings.ChoosesDecay || architecture.States > 1 || LongFlow.Pays(best))
            return (architecture, best);
        var without = _settings;
        _settings = _settings with { WeightDecay = LatentChoice.WeightDecay };
        _trials++;
        var withDropout = LatentChoice.WithDropout(architecture);
        var trial = Run([(withDropout, null)], share: 1, DecayPart)[0];
        _trained.Add(trial);
        _log.Info(FormattableString.Invariant($"Trial with a weight decay of {LatentChoice.WeightDecay} and a dropout of {withDropout.Dropout}: held-out log-density {trial.Report.ValidationLogDensity:F4} nats."));
        if (trial.Report.ValidationLogDensity > best.Report.ValidationLogDensity)
        {
            _chosen = _flow;
            return (withDropout, trial);
        }
        _settings = without;
        return (architecture, best with { Report = best.Report with { Cancelled = trial.Report.Cancelled } });
    }

    private bool IsTimeOver => _settings.Time is { IsOver: true };

    // In their order; where they take turns, none that would begin after one was cancelled. They have a part of the time that is left.
    private List<FlowModel> Run(IReadOnlyList<(FlowArchitecture Architecture, FlowMember? WarmStart)> trainings, double share, double part)
    {
        int first = _flow + 1, flows = _trials + _members - _kept;
        // Longer tables are read again in each epoch: views may not stand several readers.
        bool apart = trainings.Count > 1 && _data.IsResident
            && trainings.All(training => SideBySide.IsPossible(training.WarmStart?.Spec ?? training.Architecture.ToSpec(), _settings.Device));
        // Each process of a group does every n-th training, alone.
        var among = apart ? _settings.Group : null;
        if (among is not null)
            Compare(among, trainings[0].Architecture);
        int[] own = [.. Enumerable.Range(0, trainings.Count).Where(i => among is null || i % among.Size == among.Rank)];
        int most = (trainings.Count - 1) / (among?.Size ?? 1) + 1;
        int atOnce = apart && !_takesTurns ? Math.Min(most, SideBySide.Threads(_settings.Device)) : 1;
        var device = apart ? SideBySide.ShareOf(_settings.Device, most) : _settings.Device;
        bool cancelled = false;
        var time = _settings.Time?.Part(part);
        int turns = (most + atOnce - 1) / atOnce;
        _timeLeft.Begin(most, atOnce, _flow < _trials ? null : _chosen, Later(trainings.Count, longest: false), Later(trainings.Count, longest: true));
        _flow += trainings.Count;
        var models = SideBySide.Run(own.Length, atOnce, i => Train(own[i]));
        if (among is not null)
            models = TrainedFlows.OfAll(among, models, trainings.Count);
        return [.. models.OfType<FlowModel>()];

        FlowModel? Train(int i)
        {
            if (atOnce == 1 && cancelled)
                return null;
            var (architecture, warmStart) = trainings[i];
            int flow = first + i;
            var log = new SharedLog(_log, _gate, atOnce > 1 ? $"Flow {flow}: " : "");
            if (flows > 1)
                new SharedLog(_log, _gate, "").Info($"Flow {flow} of {flows}{(flow <= _trials ? ", a trial" : "")}: {LatentChoice.Name(architecture)}.");
            var settings = _settings with
            {
                Device = device,
                Group = among is null ? _settings.Group : null,
                TimeLeft = _timeLeft,
                Noise = _settings.NoiseOf(flow - 1 - _trials + _kept, _members),
                Time = time?.Part(1.0 / (turns - i / atOnce)),
                Share = share,
                IsTrial = flow <= _trials,
                Flow = flow,
                Flows = flows,
                Progress = _settings.Progress is { } progress ? new SharedProgress(progress, _gate) : null,
                CheckpointFolder = _settings.CheckpointFolder is string folder ? Checkpoint.Folder(folder, flow, flows) : null,
            };
            using var run = new TrainingRun(architecture, settings, _data, warmStart, log);
            var model = run.Complete();
            cancelled |= model.Report.Cancelled;
            _timeLeft.End(flow);
            return model;
        }
    }

    private void Compare(TrainingGroup group, FlowArchitecture architecture)
    {
        using var batches = TrainingPlan.Batches(_settings, _data, architecture.Seed);
        var plan = TrainingPlan.For(_settings, batches, _data.Count, hasStart: false);
        Fingerprint.Compare(group, Fingerprint.Of(architecture.ToSpec(), architecture.Seed, architecture.Dropout, _settings, plan, _data));
    }

    // What comes behind trainings that are about to begin. Which way it goes is not known before the trials are done: long tables do not
    // overfit as a rule, and wide ones have no use for states.
    private IReadOnlyList<LaterTrainings> Later(int trainings, bool longest)
    {
        bool inTrials = _flow < _candidates.Count && _trials > 0;
        if (!inTrials && _flow >= _trials)
            return [];
        bool choosesLong = inTrials && _choosesLength && _data.Degenerate.Count == 0;
        var members = new LaterTrainings(Turns(_members - 1), Work(1, _members - 1), EndsAlike: true);
        var decay = new LaterTrainings(inTrials && _settings.ChoosesDecay ? 1 : 0, Work(1, 1), EndsAlike: false);
        var few = longest || _data.Scale.Dimensions >= ManyFeatures ? new[] { decay, members } : [members];
        LaterTrainings[] deep = [new(1, Work(LongFlow.Work * TrainingPlan.Growth(_data.Count), 1), EndsAlike: false)];
        bool takesDeep = choosesLong && (longest ? deep[0].Work > few.Sum(later => later.Turns * later.Work) : _data.Count > LatentChoice.FewRows);
        return takesDeep ? deep : few;

        int Turns(int count) => count == 0 ? 0 : (Most(count) + AtOnce(count) - 1) / AtOnce(count);

        int AtOnce(int count) => _takesTurns || !IsApart(count) ? 1 : Math.Min(Most(count), SideBySide.Threads(_settings.Device));

        // A training on twice the threads takes more than half the time.
        double Work(double work, int count) => work * Math.Pow((double)Threads(trainings) / Threads(count), Speedup);

        int Threads(int count) => IsApart(count) ? SideBySide.ShareOf(_settings.Device, Most(count)).Threads!.Value : SideBySide.Threads(_settings.Device);

        // Those of the process that has most of them.
        int Most(int count) => IsApart(count) && _settings.Group is { } group ? (count - 1) / group.Size + 1 : count;

        bool IsApart(int count) => count > 1 && _data.IsResident && SideBySide.IsPossible(_candidates[0].ToSpec(), _settings.Device);
    }

    // What was cancelled, barely begun, would spoil the others; where all were, on their way together, the best stands for them.
    private static List<FlowModel> Unspoilt(List<FlowModel> members) =>
        members.Where(member => !member.Report.Cancelled).ToList() is { Count: > 0 } whole
            ? whole
            : [members.MaxBy(member => member.Report.ValidationLogDensity)!];

    // The best stands first: its latent is that of the model.
    private FlowModel Merge(List<FlowModel> members)
    {
        var best = members.MaxBy(member => member.Report.ValidationLogDensity)!;
        members = [best, .. members.Where(member => member != best)];
        var model = new FlowModel([.. members.SelectMany(member => member.Members)], best.Report);
        using var evaluator = FlowEngines.CreateEvaluator(model, _settings.Device);
        var validation = Validation.Of(evaluator, _data.Validation, Validation.PrunedOf(model.Members[0].Spec), group: _settings.Group);
        return model with
        {
            Report = model.Report with
            {
                EnsembleSize = members.Count,
                Epochs = members.Sum(member => member.Report.Epochs),
                Steps = members.Sum(member => member.Report.Steps),
                Parameters = members.Sum(member => member.Report.Parameters),
                ValidationLogDensity = -validation.Loss,
                MutualInformation = validation.MutualInformation,
                StatesUsed = validation.StatesUsed,
            },
        };
    }
}
