using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Training;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Checks every option before anything is read or trained.</summary>
internal static class OptionsCheck
{
    /// <summary>Levels of quantiles, at most.</summary>
    public const int MaximumQuantiles = 1_000;

    public static void Check(Options options)
    {
        ColumnNames.Check(
            (nameof(Options.FeatureColumnName), options.FeatureColumnName),
            needed: [],
            [
                (nameof(Options.ContextColumnName), options.ContextColumnName),
                (nameof(Options.LogDensityColumnName), options.LogDensityColumnName),
                (nameof(Options.LatentClusterColumnName), options.LatentClusterColumnName),
                (nameof(Options.LatentClusterIndexColumnName), options.LatentClusterIndexColumnName),
                (nameof(Options.LatentProbabilitiesColumnName), options.LatentProbabilitiesColumnName),
                (nameof(Options.BaseVectorColumnName), options.BaseVectorColumnName),
                (nameof(Options.PruningBoundColumnName), options.PruningBoundColumnName),
                (nameof(Options.QuantileColumnName), options.QuantileColumnName),
                (nameof(Options.LatentMeanColumnName), options.LatentMeanColumnName),
                (nameof(Options.LatentDeviationColumnName), options.LatentDeviationColumnName),
                (nameof(Options.CumulativeColumnName), options.CumulativeColumnName),
            ]);
        OptionsValidator.Check(options);
        if (options.Quantiles is not { Count: > 0 and <= MaximumQuantiles })
            throw new ArgumentException($"{nameof(Options.Quantiles)} has {options.Quantiles?.Count ?? 0} levels, but must have from 1 to {MaximumQuantiles}.", nameof(Options.Quantiles));
        foreach (double level in options.Quantiles)
        {
            if (!(level > 0 && level < 1))
                throw new ArgumentOutOfRangeException(nameof(Options.Quantiles), FormattableString.Invariant($"{nameof(Options.Quantiles)} has the level {level}, but each must be above 0 and below 1."));
        }
        if ((options.QuantileColumnName ?? options.CumulativeColumnName) is { } distribution && options.Flow.Latent is ContinuousFlowLatent)
        {
            throw new ArgumentException(
                $"Flow.Latent is Continuous, whose density is a bound, but the column '{distribution}' needs an exact one: choose Automatic, None or Discrete, or leave the column out.", "Flow.Latent");
        }
        if (options.LatentMeanColumnName is { } mean && options.Flow.Latent is not ContinuousFlowLatent)
            throw new ArgumentException($"{nameof(Options.LatentMeanColumnName)} is '{mean}', but only a continuous latent has a mean: set Flow.Latent to Continuous, or leave the column out.", nameof(Options.LatentMeanColumnName));
        if (options.LatentDeviationColumnName is { } deviation && options.Flow.Latent is not ContinuousFlowLatent)
            throw new ArgumentException($"{nameof(Options.LatentDeviationColumnName)} is '{deviation}', but only a continuous latent has a deviation: set Flow.Latent to Continuous, or leave the column out.", nameof(Options.LatentDeviationColumnName));
        if (options.ContextColumnName is { } context && options.Flow.Latent is MixtureFlowLatent)
        {
            throw new ArgumentException(
                $"Flow.Latent is Mixture, whose Gaussians of the features know nothing of ContextColumnName '{context}': choose Automatic, None or Discrete.", "Flow.Latent");
        }
    }
    /// <summary>Checks that a distribution function, or quantiles, are asked for of one feature.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void CheckOneFeature(Options options, int dimensions)
    {
        string? option = options.QuantileColumnName is not null ? nameof(Options.QuantileColumnName)
            : options.CumulativeColumnName is not null ? nameof(Options.CumulativeColumnName) : null;
        if (option is not null && dimensions > 1)
        {
            throw new ArgumentException(
                $"{option} is set, but the feature column '{options.FeatureColumnName}' has {dimensions} values a row and only one feature has quantiles: name the one to predict as FeatureColumnName, and the others as ContextColumnName.", option);
        }
    }
}
