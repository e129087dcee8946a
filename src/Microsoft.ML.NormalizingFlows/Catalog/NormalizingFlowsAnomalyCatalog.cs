using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML;

/// <summary>Normalizing flows among the anomaly detectors of an <see cref="MLContext"/>.</summary>
public static class NormalizingFlowsAnomalyCatalog
{
    /// <summary>
    /// Learns what rows are usual; the transformer adds the columns <c>Score</c> (the greater the more anomalous),
    /// <c>PredictedLabel</c> and <c>PValue</c>.
    /// </summary>
    /// <param name="catalog">The catalog of anomaly detectors.</param>
    /// <param name="featureColumnName">A vector column of known size, or a scalar column, of Single or Double.</param>
    /// <param name="falsePositiveRate">The share of normal rows that may be taken for anomalies, above 0 and below 1.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    /// <exception cref="ArgumentException">The column name is empty, or is that of an output column.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Concatenate("Features", columns)
    ///     .Append(ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Features", falsePositiveRate: 0.01));
    /// var model = pipeline.Fit(train);
    /// var scored = model.Transform(test);
    /// var metrics = ml.AnomalyDetection.Evaluate(scored);      // where there are labels
    /// </code>
    /// </example>
    public static NormalizingVariationalFlowAnomalyTrainer NormalizingVariationalFlow(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = "Features", double falsePositiveRate = 0.1)
    {
        OptionsValidator.Check<NormalizingVariationalFlowAnomalyOptions>(
            nameof(NormalizingVariationalFlowAnomalyOptions.FalsePositiveRate), falsePositiveRate, nameof(falsePositiveRate));
        return catalog.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
        {
            FeatureColumnName = featureColumnName,
            FalsePositiveRate = falsePositiveRate,
        });
    }

    /// <summary>Learns what rows are usual, with all options.</summary>
    /// <param name="catalog">The catalog of anomaly detectors.</param>
    /// <param name="options">What to learn, how, and what to add; later changes of it are not seen.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public static NormalizingVariationalFlowAnomalyTrainer NormalizingVariationalFlow(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, NormalizingVariationalFlowAnomalyOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NormalizingVariationalFlowAnomalyTrainer(Environments.Of(catalog), options);
    }
}
