using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML;

/// <summary>Normalizing flows in the catalogs of an <see cref="MLContext"/>.</summary>
public static class NormalizingFlowsCatalog
{
    /// <summary>
    /// Learns the density of the rows of a feature column; the transformer adds the columns <c>LogDensity</c>,
    /// <c>LatentCluster</c> and <c>LatentProbabilities</c> and draws new rows.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="featureColumnName">A vector column of known size, or a scalar column, of Single or Double.</param>
    /// <param name="latentStates">K, the number of latent states, from 1 to 1,024; 1 is a plain flow; null lets held-out rows decide.</param>
    /// <param name="layers">Number of layers of the flow, from 1 to 128.</param>
    /// <param name="epochs">Passes over the training rows, 1 or more; null chooses by the number of rows.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The column name is empty, or is that of an output column.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Concatenate("Features", columns)
    ///     .Append(ml.Transforms.NormalizingVariationalFlow("Features", latentStates: 8));
    /// var model = pipeline.Fit(train);
    /// var scored = model.Transform(test);
    /// IDataView rows = model.LastTransformer.Sample(10_000, seed: 7);
    /// </code>
    /// </example>
    public static NormalizingVariationalFlowEstimator NormalizingVariationalFlow(
        this TransformsCatalog catalog, string featureColumnName = "Features", int? latentStates = null, int layers = 5, int? epochs = null)
    {
        OptionsValidator.Check<DiscreteFlowLatent>(nameof(DiscreteFlowLatent.States), latentStates, nameof(latentStates));
        OptionsValidator.Check<FlowOptions>(nameof(FlowOptions.Layers), layers, nameof(layers));
        OptionsValidator.Check<TrainingOptions>(nameof(TrainingOptions.Epochs), epochs, nameof(epochs));
        return catalog.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            FeatureColumnName = featureColumnName,
            Flow = { Latent = latentStates is { } states ? FlowLatent.Discrete(states) : FlowLatent.Automatic, Layers = layers },
            Training = { Epochs = epochs },
        });
    }

    /// <summary>Learns the density of the rows of a feature column, with all options.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">What to learn, how, and what to add; later changes of it are not seen.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public static NormalizingVariationalFlowEstimator NormalizingVariationalFlow(
        this TransformsCatalog catalog, NormalizingVariationalFlowOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NormalizingVariationalFlowEstimator(Environments.Of(catalog), options);
    }
}
