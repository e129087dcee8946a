using System.Numerics.Tensors;

namespace Benchmarks.Shared.Mixture;

/// <summary>
/// A Gaussian with full covariance C = L L^T, kept as L^-1 so that a row costs D dot products:
/// log N(x; m, C) = -1/2 |L^-1 (x - m)|^2 - sum_i ln L_ii - D/2 ln 2 pi.
/// </summary>
public sealed class GaussianComponent
{
    private readonly double[] _mean;
    private readonly double[][] _inverse;
    private readonly double _logNormalizer;

    /// <param name="mean">m.</param>
    /// <param name="covariance">C; only the lower triangle is read.</param>
    /// <exception cref="InvalidOperationException">It is not positive definite.</exception>
    public GaussianComponent(double[] mean, double[][] covariance)
    {
        _mean = mean;
        double[][] factor = Cholesky(covariance);
        _inverse = Invert(factor);
        _logNormalizer = -0.5 * mean.Length * Math.Log(2 * Math.PI);
        for (int i = 0; i < factor.Length; i++)
            _logNormalizer -= Math.Log(factor[i][i]);
    }

    public double LogDensity(ReadOnlySpan<double> row)
    {
        Span<double> difference = row.Length <= 256 ? stackalloc double[row.Length] : new double[row.Length];
        TensorPrimitives.Subtract(row, _mean, difference);
        double squares = 0;
        foreach (double[] line in _inverse)
        {
            double white = TensorPrimitives.Dot<double>(line, difference[..line.Length]);
            squares += white * white;
        }
        return _logNormalizer - 0.5 * squares;
    }

    private static double[][] Cholesky(double[][] matrix)
    {
        var factor = new double[matrix.Length][];
        for (int i = 0; i < matrix.Length; i++)
        {
            factor[i] = new double[i + 1];
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i][j] - TensorPrimitives.Dot<double>(factor[i].AsSpan(0, j), factor[j].AsSpan(0, j));
                if (i == j && !(rest > 0))
                    throw new InvalidOperationException("A covariance is not positive definite: a column is constant or a sum of others.");
                factor[i][j] = i == j ? Math.Sqrt(rest) : rest / factor[j][j];
            }
        }
        return factor;
    }

    private static double[][] Invert(double[][] factor)
    {
        var inverse = new double[factor.Length][];
        for (int i = 0; i < factor.Length; i++)
        {
            inverse[i] = new double[i + 1];
            inverse[i][i] = 1 / factor[i][i];
            for (int j = 0; j < i; j++)
            {
                double sum = 0;
                for (int k = j; k < i; k++)
                    sum += factor[i][k] * inverse[k][j];
                inverse[i][j] = -sum / factor[i][i];
            }
        }
        return inverse;
    }
}
