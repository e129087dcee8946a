using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Learns a density from rows.</summary>
internal static class FlowTrainer
{
    /// <summary>I(x; z) below this, in nats, means that the latent is ignored.</summary>
    private const double IgnoredLatent = 0.1;

    /// <summary>Features that a message names.</summary>
    private const int MaximumNamed = 4;

    /// <summary>Trains flows of the given architecture; <paramref name="warmStart"/>, of the same architecture but for dropout, gives the initial values.</summary>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on, training diverged, the checkpoint belongs to another training, or the engine or GPU asked for cannot do it.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled and was to throw then.</exception>
    public static FlowModel Train(
        FlowArchitecture architecture,
        TrainingSettings settings,
        IRowSource training,
        IRowSource? validation,
        FlowModel? warmStart,
        ITrainingLog log)
    {
        var spec = warmStart?.Members[0].Spec ?? architecture.ToSpec();
        CheckSize(spec);
        if (settings is { Group: not null, Time: not null })
            throw new InvalidOperationException("Training.Group and Training.TrainingTime are both set, but processes would not agree on when time is over: set Training.Epochs, or leave out one of the two.");
        settings = LatentChoice.ForWidth(settings, spec);
        if (FlowEngines.Check(spec, settings.Device) is string noGpu)
            log.Warning($"{noGpu} The CPU computes instead.");
        using var checkpoints = new CheckpointLock(settings.WrittenFolder);
        var data = TrainingData.Read(training, validation, settings, architecture.Seed);
        if (!settings.ChoosesLatent && architecture.States > data.Count)
        {
            throw new InvalidOperationException(
                $"The latent has {architecture.States} states, but there are only {data.Count} rows to train on: choose fewer states.");
        }
        WarnOfData(data, training, log);

        var model = new FlowTraining(architecture, settings, data, warmStart, log).Complete();
        WarnOfLatent(model, log);
        FiniteSamples.Check(model, settings.Device, architecture.Seed, data.Resident);
        return model with { Constants = [.. Constants(data, warmStart)] };
    }

    private static void CheckSize(FlowSpec spec)
    {
        if (spec.Latent is MixtureLatentSpec && spec.Dimensions > FlowLimits.FullRank)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Latent states that are Gaussians are possible up to {FlowLimits.FullRank:N0} features, and there are {spec.Dimensions:N0}: choose FlowLatent.None or FlowLatent.Discrete, or fewer features."));
        }
        long values = spec.Parameters().Sum(parameter => parameter.Length);
        if (values > FlowLimits.Values)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The flow would have {values:N0} learned values, but at most {FlowLimits.Values:N0} are possible: choose fewer Flow.HiddenUnits, Flow.Layers, Flow.Bins or latent states, or fewer features."));
        }
    }

    // What an earlier flow has seen other values of is no constant to it.
    private static IEnumerable<ConstantFeature> Constants(TrainingData data, FlowModel? earlier) =>
        data.Scale.Constant.Select(slot => new ConstantFeature(slot, data.Scale.Shift[slot])).Where(constant => earlier?.Constants.Contains(constant) ?? true);

    private static void WarnOfData(TrainingData data, IRowSource source, ITrainingLog log)
    {
        foreach (int slot in data.Scale.Constant)
        {
            log.Warning(
                FormattableString.Invariant($"{source.SlotName(slot)} is constant ({source.Origin(slot) + data.Scale.Shift[slot]}): it is modelled as a narrow Normal around that value, and a row with any other is far out."));
        }
        if (data.Degenerate.Count > 0)
        {
            string named = NameList.Of(data.Degenerate.Select(feature => $"{source.SlotName(feature.Slot)} {feature.Reason}"), MaximumNamed);
            log.Warning(
                $"{named}: a density grows there without bound, the longer it is trained, and is not to be compared with others. " +
                "Leave such features out, or add noise to them that is about as wide as the gaps between their values; for tables with categories there is the synthesizer.");
        }
        foreach (var (slot, value) in DwarfedFeatures.Find(data.Resident, data.Scale).Take(MaximumNamed))
        {
            log.Warning(FormattableString.Invariant(
                $"{source.SlotName(slot)} has values as far from the others as {source.Origin(slot) + value:G3}, beside which these are as good as one: nothing is learned of how they spread. If that marks what is missing, or is a slip, make it NaN or leave such rows out; if it is true, take logarithms."));
        }
        if (!data.HasHeldOut)
            log.Warning($"Only {data.Count} rows: none are held out, and nothing tells when the flow starts to overfit.");
    }

    private static void WarnOfLatent(FlowModel model, ITrainingLog log)
    {
        var report = model.Report;
        int latent = model.Shape.Latent;
        string density = latent > 0 ? $"bound of the log-density with {LatentDraws.Usual} draws" : "log-density";
        string used = latent > 0 ? FormattableString.Invariant($"KL(q||p) {report.MutualInformation:F3} nats, {report.StatesUsed} of {latent} latent dimensions used") : FormattableString.Invariant($"I(x;z) {report.MutualInformation:F3} nats, {report.StatesUsed} of {model.Shape.States} latent states used");
        log.Info(FormattableString.Invariant(
            $"{(report.EnsembleSize > 1 ? $"Ensemble of {report.EnsembleSize} flows" : $"Kept epoch {report.BestEpoch} of {report.Epochs}")}: held-out {density} {report.ValidationLogDensity:F4} nats, {used}."));
        if (report.LatentBounds is { } bounds)
        {
            log.Info(FormattableString.Invariant(
                $"Bounds on {bounds.Rows} held-out rows: {bounds.Bound1:F3} nats with 1 draw, {bounds.Bound64:F3} with 64, {bounds.Bound512:F3} with 512; the 64 are worth {bounds.EffectiveSampleSize:F1} of equal weight."));
        }
        if ((model.Shape.States > 1 || latent > 0) && report.MutualInformation < IgnoredLatent)
        {
            log.Warning(FormattableString.Invariant(
                $"The latent tells only {report.MutualInformation:F3} nats about a row: the flow ignores it and is in effect a plain one."));
        }
    }
}

/// <summary>Trains a flow, as <see cref="FlowTrainer.Train"/> does.</summary>
internal delegate FlowModel TrainFlow(
    FlowArchitecture architecture, TrainingSettings settings, IRowSource training, IRowSource? validation, FlowModel? warmStart, ITrainingLog log);
