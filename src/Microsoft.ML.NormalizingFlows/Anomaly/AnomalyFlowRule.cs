using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// What the user leaves open of a detector's flow and training, by n training rows of D features. Few rows get few Gaussians in the base, narrow
/// networks and a mean of three flows; wide tables get fewer steps, since the work of a step grows with D², or with D where linear maps have a low rank.
/// </summary>
internal static class AnomalyFlowRule
{
    private const int FewRows = 20_000;
    private const int WideTable = 256;

    /// <summary>Multiplications of one linear map in all steps together, about.</summary>
    private const double Work = 2.5e9;

    /// <summary>The flow, with what was left open.</summary>
    public static FlowOptions Complete(FlowOptions asked, long rows, int dimensions)
    {
        bool wide = dimensions > WideTable;
        var flow = asked.Copy();
        if (asked.Latent is AutomaticFlowLatent)
        {
            flow.Latent = FlowLatent.None;
            flow.EnsembleSize ??= rows <= FewRows && !wide ? 3 : 1;
            flow.BaseComponents ??= (int)Math.Clamp(rows / 50, 1, 10);
        }
        flow.Layers ??= dimensions > FlowLimits.WideTable ? LatentChoice.WideLayers : wide ? 1 : 3;
        flow.HiddenUnits ??= rows < 1_000 ? 32 : 64;
        return flow;
    }

    /// <summary>The training, with what was left open.</summary>
    public static TrainingOptions Complete(TrainingOptions asked, long rows, int dimensions)
    {
        double perStep = (double)asked.BatchSize * dimensions * Math.Min(dimensions, FlowLimits.WideTable);
        double steps = Math.Clamp(Work / perStep, 50, 1_000);
        long perEpoch = (rows + asked.BatchSize - 1) / asked.BatchSize;
        var training = asked.Copy();
        training.Epochs ??= (int)Math.Max(1, Math.Round(steps / perEpoch));
        return training;
    }
}
