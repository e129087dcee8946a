using Density.Data;

namespace Density.Models;

/// <summary>What every model of the benchmark can do, flow or baseline.</summary>
internal interface IDensityModel : IDisposable
{
    /// <summary>Trains on the training rows and chooses what is to be chosen by the validation rows; the test rows are not looked at.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; fitting again with the same folder goes on where it can.</exception>
    FitSummary Fit(DensityData data, FitRequest request);

    /// <summary>The exact log p(x) of each row in nats, in evaluation mode.</summary>
    double[] LogDensities(float[][] rows);

    /// <summary>The evidence lower bound of each row; null where there is no latent.</summary>
    double[]? Elbo(float[][] rows);
}
