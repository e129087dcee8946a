using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// What a continuous latent knows about rows: the mean of KL(q(z|x) || p(z)), in nats, which is no less than I(x; z), and the dimensions whose mean
/// varies from row to row (active units, Burda et al. 2016).
/// </summary>
internal sealed class CoordinateUsage(int dimensions)
{
    private const double ActiveVariance = 0.01;

    private readonly RunningMoments _means = new(dimensions);
    private double _divergence;

    /// <summary>Adds the posteriors of rows.</summary>
    public void Add(FlowScores scores, int rows)
    {
        for (int row = 0; row < rows && dimensions > 0; row++)
        {
            _means.Add(scores.LatentMean.AsSpan(row * dimensions, dimensions));
            for (int i = row * dimensions; i < (row + 1) * dimensions; i++)
                _divergence += ContinuousPosterior.Divergence(scores.LatentMean[i], MathF.Log(scores.LatentDeviation[i]));
        }
    }

    /// <summary>The mean of KL(q || p); 0 for no rows.</summary>
    public double Divergence => _divergence / Math.Max(1, _means.Count);

    /// <summary>Dimensions in use.</summary>
    public int Active => _means.Count == 0 ? 0 : Enumerable.Range(0, dimensions).Count(j => Math.Pow(_means.StandardDeviation(j), 2) > ActiveVariance);
}
