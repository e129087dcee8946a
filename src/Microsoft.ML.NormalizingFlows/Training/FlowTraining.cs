using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The trainings behind one model: trials of several latents where validation is to choose, and one of weight decay where a plain flow
/// overfits, then each member of the ensemble, which differ by their seed, or one <see cref="LongFlow"/> in its place where nothing
/// overfits and the density has a bound. The trial that is kept is its first member: the same training would give the same flow.
/// </summary>
internal sealed class FlowTraining
{
    private TrainingSettings _settings;
    private readonly TrainingData _data;
    private readonly FlowModel? _warmStart;
    private readonly ITrainingLog _log;
    private readonly IReadOnlyList<FlowArchitecture> _candidates;
    private int _trials;
    private readonly bool _choosesLength;
    private int _members;
    private int _kept;
    private double _share = 1;
    private int _flow;

    public FlowTraining(FlowArchitecture architecture, TrainingSettings settings, TrainingData data, FlowModel? warmStart, ITrainingLog log)
    {
        (_settings, _data, _warmStart, _log) = (settings, data, warmStart, log);
        _candidates = settings.ChoosesLatent ? LatentChoice.Candidates(architecture, data.Count) : [architecture];
        _trials = _candidates.Count > 1 ? _candidates.Count : 0;
        _members = warmStart?.Members.Count ?? settings.EnsembleSize
            ?? (settings.ChoosesLatent && data.Count <= LatentChoice.FewRows ? LatentChoice.EnsembleSize : 1);
        _kept = _trials > 0 ? 1 : 0;
        _choosesLength = settings.Epochs is null && settings.EnsembleSize is null && warmStart is null;
    }

    /// <summary>Trains to the end; a training that was cancelled gives what there is.</summary>
    public FlowModel Complete()
    {
        var architecture = _candidates[0];
        var members = new List<FlowModel>();
        if (_trials > 0)
        {
            (architecture, var best) = Choose();
            if (best.Report.Cancelled)
                return best;
            if (_choosesLength && _data.Degenerate.Count == 0 && LongFlow.Pays(best))
            {
                (architecture, _share, _members, _kept) = (LongFlow.Of(architecture), LongFlow.Share, 1, 0);
                _log.Info(FormattableString.Invariant($"It was still getting better: one flow of {architecture.Layers} layers, with a dropout of {architecture.Dropout}, is trained for long."));
            }
            else
            {
                (architecture, best) = ChooseDecay(architecture, best);
                if (best.Report.Cancelled)
                    return best;
                members.Add(best);
            }
        }
        while (members.Count < _members && !members.Any(member => member.Report.Cancelled))
        {
            var warmStart = _warmStart?.Members[members.Count];
            ulong seed = EnsembleEvaluator.Seed(architecture.Seed, members.Count);
            members.Add(Run(architecture with { Seed = seed }, _share, warmStart));
        }
        bool cancelled = members[^1].Report.Cancelled;
        if (cancelled && members.Count > 1)
            members.RemoveAt(members.Count - 1);        // barely begun, it would spoil the others
        else if (!cancelled && _settings.CheckpointFolder is string folder)
            Checkpoint.Remove(folder);
        var model = members.Count == 1 ? members[0] : Merge(members);
        return model with { Report = model.Report with { Cancelled = cancelled } };
    }

    // The best of the trials; its report tells whether they were cancelled.
    private (FlowArchitecture Architecture, FlowModel Model) Choose()
    {
        var trials = new List<FlowModel>();
        foreach (var candidate in _candidates)
        {
            trials.Add(Run(candidate, share: 1, null));
            _log.Info(FormattableString.Invariant($"Trial of {LatentChoice.Name(candidate)}: held-out log-density {trials[^1].Report.ValidationLogDensity:F4} nats."));
            if (trials[^1].Report.Cancelled)
                break;
        }
        var best = trials.MaxBy(trial => trial.Report.ValidationLogDensity)!;
        var chosen = _candidates[trials.IndexOf(best)];
        _log.Info($"Validation chooses {LatentChoice.Name(chosen)}.");
        return (chosen, best with { Report = best.Report with { Cancelled = trials[^1].Report.Cancelled } });
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
        var trial = Run(withDropout, share: 1, null);
        _log.Info(FormattableString.Invariant($"Trial with a weight decay of {LatentChoice.WeightDecay} and a dropout of {withDropout.Dropout}: held-out log-density {trial.Report.ValidationLogDensity:F4} nats."));
        if (trial.Report.ValidationLogDensity > best.Report.ValidationLogDensity)
            return (withDropout, trial);
        _settings = without;
        return (architecture, best with { Report = best.Report with { Cancelled = trial.Report.Cancelled } });
    }

    private FlowModel Run(FlowArchitecture architecture, double share, FlowMember? warmStart)
    {
        _flow++;
        int flows = _trials + _members - _kept;
        if (flows > 1)
            _log.Info($"Flow {_flow} of {flows}{(_flow <= _trials ? ", a trial" : "")}: {LatentChoice.Name(architecture)}.");
        var settings = _settings with
        {
            Share = share,
            Flow = _flow,
            Flows = flows,
            CheckpointFolder = _settings.CheckpointFolder is string folder ? Checkpoint.Folder(folder, _flow, flows) : null,
        };
        using var run = new TrainingRun(architecture, settings, _data, warmStart, _log);
        return run.Complete();
    }

    // The best stands first: its latent is that of the model.
    private FlowModel Merge(List<FlowModel> members)
    {
        var best = members.MaxBy(member => member.Report.ValidationLogDensity)!;
        members = [best, .. members.Where(member => member != best)];
        var model = new FlowModel([.. members.SelectMany(member => member.Members)], best.Report);
        using var evaluator = FlowEngines.CreateEvaluator(model, _settings.Device);
        var validation = Validation.Of(evaluator, _data.Validation);
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
