using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowAnomalyOptions;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>Checks every option of anomaly detection before anything is read or trained.</summary>
internal static class AnomalyOptionsCheck
{
    public static void Check(Options options)
    {
        ColumnNames.Check(
            (nameof(Options.FeatureColumnName), options.FeatureColumnName),
            needed: [(nameof(Options.ScoreColumnName), options.ScoreColumnName), (nameof(Options.PredictedLabelColumnName), options.PredictedLabelColumnName)],
            optional:
            [
                (nameof(Options.PValueColumnName), options.PValueColumnName),
                (nameof(Options.FeatureContributionsColumnName), options.FeatureContributionsColumnName),
                (nameof(Options.ExpectedFeaturesColumnName), options.ExpectedFeaturesColumnName),
            ]);
        Ranges.Between(nameof(Options.FalsePositiveRate), options.FalsePositiveRate, 0, 1);
        Ranges.Defined(nameof(Options.Score), options.Score);
        if (options.TrimmedShare is { } share)
            Ranges.Below(nameof(Options.TrimmedShare), share, 0, 0.5);
        if (options.Smoothing is { } smoothing)
            Ranges.Within(nameof(Options.Smoothing), smoothing, 0, 10);
        Ranges.Between(nameof(Options.HeldOutShare), options.HeldOutShare, 0, 1);
        Ranges.Defined(nameof(Options.NonFiniteRows), options.NonFiniteRows);
        if (options.Threads is { } threads)
            Ranges.Integer(nameof(Options.Threads), threads, 1, FlowLimits.Threads);
        options.Flow?.Validate();
    }
}
