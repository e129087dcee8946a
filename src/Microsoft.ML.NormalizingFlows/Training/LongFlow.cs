using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The one large flow, trained for long, that stands in for an ensemble where the better trial shows no overfitting:
/// there, more layers and steps are worth more than states or further flows (see benchmarks/README.md).
/// </summary>
internal static class LongFlow
{
    /// <summary>Epochs, in those of a usual flow.</summary>
    public const double Share = 4;

    /// <summary>The step size, in that of a usual flow: deeper ones want smaller steps.</summary>
    public const double Rate = 0.75;

    private const int TimesLayers = 2;

    /// <summary>The time that it takes, in that of a usual flow.</summary>
    public const double Work = Share * TimesLayers;

    /// <summary>How many times as long it is trained, where a user gives it that time.</summary>
    private const double MaximumTimes = 4;

    private const double LastEpochs = 0.9;

    /// <summary>The epochs, in those of a usual flow, that fit into the time that trials have left.</summary>
    public static double ShareWithin(TimeLimit? time) =>
        time is null ? Share : Math.Clamp(time.Left / (TimesLayers * time.Spent), Share, MaximumTimes * Share);

    /// <summary>Whether <paramref name="trial"/> was still getting better when it ended: its best epoch is among the last tenth.</summary>
    public static bool Pays(FlowModel trial) =>
        trial.Report.ValidationRows > 0 && trial.Report.BestEpoch > LastEpochs * trial.Report.Epochs;

    /// <summary>The flow in place of <paramref name="trial"/>: twice the layers, and dropout, which so many steps on the same rows need.</summary>
    public static FlowArchitecture Of(FlowArchitecture trial) => LatentChoice.WithDropout(trial) with { Layers = TimesLayers * trial.Layers };
}
