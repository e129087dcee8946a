namespace Benchmarks;

/// <summary>
/// The Gaussian with the mean and full covariance of its training rows: the closed-form baseline,
/// log p(x) = -1/2 (D ln 2 pi + |L^-1 (x - m)|^2) - sum_i ln L_ii with the Cholesky factor L of the covariance.
/// </summary>
internal sealed class FullGaussian
{
    private readonly double[] _mean;
    private readonly double[,] _factor;

    public FullGaussian(IReadOnlyList<float[]> rows)
    {
        int dimensions = rows[0].Length;
        _mean = new double[dimensions];
        foreach (float[] row in rows)
        {
            for (int i = 0; i < dimensions; i++)
                _mean[i] += (double)row[i] / rows.Count;
        }
        var covariance = new double[dimensions, dimensions];
        foreach (float[] row in rows)
        {
            for (int i = 0; i < dimensions; i++)
            {
                for (int j = 0; j <= i; j++)
                    covariance[i, j] += (row[i] - _mean[i]) * (row[j] - _mean[j]) / rows.Count;
            }
        }
        _factor = Cholesky(covariance, dimensions);
    }

    public double LogDensity(float[] row)
    {
        int dimensions = _mean.Length;
        var white = new double[dimensions];
        double logDensity = -0.5 * dimensions * Math.Log(2 * Math.PI);
        for (int i = 0; i < dimensions; i++)
        {
            double rest = row[i] - _mean[i];
            for (int j = 0; j < i; j++)
                rest -= _factor[i, j] * white[j];
            white[i] = rest / _factor[i, i];
            logDensity -= 0.5 * white[i] * white[i] + Math.Log(_factor[i, i]);
        }
        return logDensity;
    }

    private static double[,] Cholesky(double[,] matrix, int size)
    {
        var factor = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i, j];
                for (int k = 0; k < j; k++)
                    rest -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(rest) : rest / factor[j, j];
            }
        }
        return factor;
    }
}
