using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML;

/// <summary>Normalizing flows in <see cref="MLContext.Clustering"/>.</summary>
public static class NormalizingFlowsClusteringCatalog
{
    /// <summary>
    /// Finds clusters of any shape; the transformer adds the columns <c>PredictedLabel</c>, <c>Score</c> (smaller is closer) and
    /// <c>Probabilities</c>.
    /// </summary>
    /// <param name="catalog">The trainers of clusterings.</param>
    /// <param name="featureColumnName">A vector column of known size, or a scalar column, of Single or Double.</param>
    /// <param name="numberOfClusters">K, the number of clusters, from 2 to 1,024; null chooses one that flows from different seeds agree on, by held-out density.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The column name is empty, or is that of an output column.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Concatenate("Features", columns)
    ///     .Append(ml.Clustering.Trainers.NormalizingVariationalFlow("Features", numberOfClusters: 5));
    /// var model = pipeline.Fit(train);
    /// var scored = model.Transform(test);
    /// var metrics = ml.Clustering.Evaluate(scored, labelColumnName: "Species");
    /// </code>
    /// </example>
    public static NormalizingVariationalFlowClusteringTrainer NormalizingVariationalFlow(
        this ClusteringCatalog.ClusteringTrainers catalog, string featureColumnName = "Features", int? numberOfClusters = null)
    {
        OptionsValidator.Check<NormalizingVariationalFlowClusteringOptions>(
            nameof(NormalizingVariationalFlowClusteringOptions.NumberOfClusters), numberOfClusters, nameof(numberOfClusters));
        return catalog.NormalizingVariationalFlow(
            new NormalizingVariationalFlowClusteringOptions { FeatureColumnName = featureColumnName, NumberOfClusters = numberOfClusters });
    }

    /// <summary>Finds clusters of any shape, with all options.</summary>
    /// <param name="catalog">The trainers of clusterings.</param>
    /// <param name="options">What to find, how, and what to add; later changes of it are not seen.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public static NormalizingVariationalFlowClusteringTrainer NormalizingVariationalFlow(
        this ClusteringCatalog.ClusteringTrainers catalog, NormalizingVariationalFlowClusteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NormalizingVariationalFlowClusteringTrainer(Environments.Of(catalog), options);
    }
}
