namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// What a continuous latent knows about rows: the mean of KL(q(z|x) || p(z)), in nats, which is no less than I(x; z), and the dimensions whose mean
/// varies from row to row (active units, Burda et al. 2016).
/// </summary>
internal sealed class CoordinateUsage(int dimensions)
{
    private const double ActiveVariance = 0.01;

    private readonly double[] _sums = new double[dimensions], _squares = new double[dimensions];
    private double _divergence, _rows;

    /// <summary>Adds the posteriors of rows.</summary>
    public void Add(FlowScores scores, int rows)
    {
        _rows += rows;
        for (int i = 0; i < rows * dimensions; i++)
        {
            double mean = scores.LatentMean[i];
            _sums[i % dimensions] += mean;
            _squares[i % dimensions] += mean * mean;
            _divergence += ContinuousPosterior.Divergence(scores.LatentMean[i], MathF.Log(scores.LatentDeviation[i]));
        }
    }

    /// <summary>Adds up what each process of a group has seen.</summary>
    public void Share(TrainingGroup group)
    {
        if (dimensions == 0)
            return;
        group.Sum(_sums);
        group.Sum(_squares);
        (_divergence, _rows) = (group.Sum(_divergence), group.Sum(_rows));
    }

    /// <summary>The mean of KL(q || p); 0 for no rows.</summary>
    public double Divergence => _divergence / Math.Max(1, _rows);

    /// <summary>Dimensions in use.</summary>
    public int Active => _rows == 0 ? 0 : Enumerable.Range(0, dimensions).Count(j => _squares[j] / _rows - Math.Pow(_sums[j] / _rows, 2) > ActiveVariance);
}
