using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML;

/// <summary>The synthesizer in the data catalog of an <see cref="MLContext"/>.</summary>
public static class NormalizingFlowsSynthesizerCatalog
{
    /// <summary>Learns the joint distribution of a table of mixed types and draws rows of the same schema.</summary>
    /// <param name="catalog">The catalog of data.</param>
    /// <param name="options">How to learn; null takes the defaults.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <example><code>IDataView rows = ml.Data.Synthesizer().Fit(table).Sample(10_000, seed: 7);</code></example>
    public static SynthesizerEstimator Synthesizer(this DataOperationsCatalog catalog, SynthesizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SynthesizerEstimator(Environments.Of(catalog), options ?? new SynthesizerOptions());
    }
}
