using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Training;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Checks every option before anything is read or trained.</summary>
internal static class OptionsCheck
{
    public static void Check(Options options)
    {
        ColumnNames.Check(
            (nameof(Options.FeatureColumnName), options.FeatureColumnName),
            needed: [],
            [
                (nameof(Options.LogDensityColumnName), options.LogDensityColumnName),
                (nameof(Options.LatentClusterColumnName), options.LatentClusterColumnName),
                (nameof(Options.LatentClusterIndexColumnName), options.LatentClusterIndexColumnName),
                (nameof(Options.LatentProbabilitiesColumnName), options.LatentProbabilitiesColumnName),
                (nameof(Options.BaseVectorColumnName), options.BaseVectorColumnName),
                (nameof(Options.PruningBoundColumnName), options.PruningBoundColumnName),
            ]);
        OptionsValidator.Check(options);
    }
}
