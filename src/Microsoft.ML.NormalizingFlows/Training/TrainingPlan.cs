namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// How long to train and how the step size falls. Where the user names no number of epochs, they are chosen so that there
/// are about <see cref="TrainingSettings.Steps"/> gradient steps, more on long tables, in at most 400 epochs; patience is a quarter of the epochs,
/// at least 20.
/// </summary>
internal sealed record TrainingPlan(int Epochs, int Patience, long Steps, long StartSteps, double LearningRate, LearningRateSchedule Schedule)
{
    /// <summary>The last part of the steps, in which <see cref="LearningRateSchedule.CoolDown"/> falls.</summary>
    private const double CoolDownShare = 0.25;

    /// <summary>
    /// The part of the epochs that patience lasts in the cool-down: smaller steps are better soon or not at all. More than a ninth, so that
    /// what stops here is not among what <see cref="LongFlow.Pays"/> takes for still getting better.
    /// </summary>
    private const double CoolDownPatience = 1.0 / 8;

    /// <summary>Gradient steps between two validations where the user names no number of epochs: on long tables an epoch is then a part of a pass.</summary>
    private const int MaximumPerEpoch = 125;

    /// <summary>Rows from which on there is more to learn than the usual steps do, and how many times the steps are made at most.</summary>
    private const double ManyRows = 50_000, MaximumGrowth = 5;

    private const int MaximumEpochs = 400;
    private const int MinimumPatience = 3;
    private const double StartShare = 0.25;

    /// <summary>The batches of a training with these settings.</summary>
    public static Batches Batches(TrainingSettings settings, TrainingData data, ulong seed) =>
        new(data, settings.BatchSize, seed, settings.Noise, settings.Epochs is null ? MaximumPerEpoch : long.MaxValue);

    public static TrainingPlan For(TrainingSettings settings, Batches batches, long rows, bool hasStart)
    {
        double growth = settings.IsTrial ? 1 : Growth(rows);
        int epochs = settings.Epochs ?? EpochsFor((int)(growth * settings.Steps), batches.PerEpoch, minimum: 1);
        epochs = (int)Math.Ceiling(settings.Share * epochs);
        return For(settings, epochs, batches.UpTo(epochs), hasStart);
    }

    /// <summary>How many times the usual steps a table of so many rows is worth.</summary>
    public static double Growth(long rows) => Math.Clamp(Math.Sqrt(rows / ManyRows), 1, MaximumGrowth);

    public static TrainingPlan For(TrainingSettings settings, int epochs, long stepsPerEpoch) =>
        For(settings, epochs, epochs * stepsPerEpoch, hasStart: false);

    private static TrainingPlan For(TrainingSettings settings, int epochs, long steps, bool hasStart)
    {
        long startSteps = hasStart ? (long)(StartShare * steps) : 0;
        return new TrainingPlan(epochs, settings.Patience ?? Math.Max(20, epochs / 4), steps, startSteps, settings.LearningRate, settings.Schedule)
        {
            HasOwnPatience = settings.Patience is null,
        };
    }

    /// <summary>The epochs that take about <paramref name="steps"/> steps, at least <paramref name="minimum"/> of them and at most 400.</summary>
    private static int EpochsFor(int steps, long stepsPerEpoch, int minimum) =>
        (int)Math.Clamp((steps + stepsPerEpoch - 1) / stepsPerEpoch, minimum, MaximumEpochs);

    /// <summary>When patience becomes shorter, and what it is then; null where it never does.</summary>
    public (int From, int Patience)? Late => HasOwnPatience && Schedule == LearningRateSchedule.CoolDown
        ? ((int)((1 - CoolDownShare) * Epochs), Math.Max(MinimumPatience, (int)Math.Ceiling(CoolDownPatience * Epochs)))
        : null;

    /// <summary>Whether the user left patience open.</summary>
    public bool HasOwnPatience { get; init; }

    /// <summary>The step size at <paramref name="step"/>, from 0; where time is shorter than the steps, it falls with the time.</summary>
    public double LearningRateAt(long step, TimeLimit? time = null) => LearningRateAt(Done(step, time));

    /// <summary>The step size when a part of the training, from 0 to 1, is done.</summary>
    public double LearningRateAt(double done) => LearningRate * (Schedule == LearningRateSchedule.Cosine
        ? 0.5 * (1 + Math.Cos(Math.PI * done))
        : 1 - Math.Sqrt(Math.Max(0, (done - 1 + CoolDownShare) / CoolDownShare)));

    /// <summary>The part of the training that is done at <paramref name="step"/>.</summary>
    public double Done(long step, TimeLimit? time) => Math.Max((double)step / Steps, time?.Done ?? 0);
}
