using Benchmarks.Shared.Mixture;

namespace Benchmarks;

/// <summary>The Gaussian with the mean and full covariance of its training rows: the closed-form baseline.</summary>
internal sealed class FullGaussian
{
    private readonly GaussianComponent _gaussian;

    public FullGaussian(IReadOnlyList<float[]> rows)
    {
        int dimensions = rows[0].Length;
        var mean = new double[dimensions];
        foreach (float[] row in rows)
        {
            for (int i = 0; i < dimensions; i++)
                mean[i] += (double)row[i] / rows.Count;
        }
        double[][] covariance = [.. mean.Select((_, i) => new double[i + 1])];
        foreach (float[] row in rows)
        {
            for (int i = 0; i < dimensions; i++)
            {
                for (int j = 0; j <= i; j++)
                    covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.Count;
            }
        }
        _gaussian = new GaussianComponent(mean, covariance);
    }

    public double LogDensity(float[] row) => _gaussian.LogDensity(Array.ConvertAll(row, value => (double)value));
}
