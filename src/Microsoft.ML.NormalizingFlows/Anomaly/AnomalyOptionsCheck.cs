using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Training;
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
        OptionsValidator.Check(options);
    }
}
