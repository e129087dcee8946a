namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// The flow of a detector where the user names none, by n training rows of D features. Few rows get few Gaussians in the base, narrow
/// networks and a mean of three flows; wide tables get fewer steps, since the work of a step grows with D².
/// </summary>
internal static class AnomalyFlowRule
{
    private const int BatchSize = 256;
    private const int FewRows = 20_000;
    private const int WideTable = 256;

    /// <summary>Multiplications of one linear map in all steps together, about.</summary>
    private const double Work = 2.5e9;

    public static NormalizingVariationalFlowOptions Choose(long rows, int dimensions)
    {
        bool wide = dimensions > WideTable;
        double perStep = (double)BatchSize * dimensions * dimensions;
        double steps = Math.Clamp(Work / perStep, 50, 1_000);
        long perEpoch = (rows + BatchSize - 1) / BatchSize;
        return new NormalizingVariationalFlowOptions
        {
            LatentStates = 1,
            EnsembleSize = rows <= FewRows && !wide ? 3 : 1,
            BaseComponents = (int)Math.Clamp(rows / 50, 1, 10),
            Layers = wide ? 1 : 3,
            HiddenUnits = rows < 1_000 ? 32 : 64,
            BatchSize = BatchSize,
            Schedule = LearningRateSchedule.Cosine,
            WeightAveraging = 0,
            Epochs = (int)Math.Max(1, Math.Round(steps / perEpoch)),
        };
    }
}
