namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// How long to train and how the step size falls. Where the user names no number of epochs, they are chosen so that there
/// are about <see cref="UsualSteps"/> gradient steps, within bounds; patience is a quarter of the epochs, at least 20.
/// </summary>
internal sealed record TrainingPlan(int Epochs, int Patience, long Steps, long StartSteps, double LearningRate, LearningRateSchedule Schedule)
{
    /// <summary>The last part of the steps, in which <see cref="LearningRateSchedule.CoolDown"/> falls.</summary>
    private const double CoolDownShare = 0.25;

    private const int UsualSteps = 4_000;
    private const int MinimumEpochs = 5;
    private const int MaximumEpochs = 400;
    private const double StartShare = 0.25;

    public static TrainingPlan For(TrainingSettings settings, long stepsPerEpoch, bool clusterStart)
    {
        int epochs = settings.Epochs ?? EpochsFor(UsualSteps, stepsPerEpoch, MinimumEpochs);
        epochs = (int)Math.Ceiling(settings.Share * epochs);
        long steps = epochs * stepsPerEpoch;
        long startSteps = clusterStart ? (long)(StartShare * steps) : 0;
        return new TrainingPlan(epochs, settings.Patience ?? Math.Max(20, epochs / 4), steps, startSteps, settings.LearningRate, settings.Schedule);
    }

    /// <summary>The epochs that take about <paramref name="steps"/> steps, at least <paramref name="minimum"/> of them and at most 400.</summary>
    public static int EpochsFor(int steps, long stepsPerEpoch, int minimum) =>
        (int)Math.Clamp((steps + stepsPerEpoch - 1) / stepsPerEpoch, minimum, MaximumEpochs);

    /// <summary>The step size at <paramref name="step"/>, from 0.</summary>
    public double LearningRateAt(long step)
    {
        double done = (double)step / Steps;
        return LearningRate * (Schedule == LearningRateSchedule.Cosine
            ? 0.5 * (1 + Math.Cos(Math.PI * done))
            : 1 - Math.Sqrt(Math.Max(0, (done - 1 + CoolDownShare) / CoolDownShare)));
    }
}
