using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// A Gaussian fitted to rows, its covariance enlarged by <c>r^2 I</c> (the covariance of the rows with noise of width r), so that
/// it exists for any number of rows and features. <c>S + r^2 I = L L'</c> by Cholesky; <c>log p(x) = -|L^-1 (x - m)|^2 / 2 - sum_i ln L_ii - D/2 ln 2pi</c>.
/// </summary>
internal sealed class ShrunkGaussian
{
    private readonly double[] _mean;
    private readonly double[][] _factor;      // L, row by row up to the diagonal
    private readonly double _constant;

    private ShrunkGaussian(double[] mean, double[][] factor)
    {
        _mean = mean;
        _factor = factor;
        _constant = -0.5 * mean.Length * Math.Log(2 * Math.PI) - factor.Sum(row => Math.Log(row[^1]));
    }

    public IReadOnlyList<double> Mean => _mean;

    /// <summary>L, row by row up to its diagonal.</summary>
    public IReadOnlyList<double[]> Factor => _factor;

    /// <summary>log p(m), the greatest log-density.</summary>
    public double Greatest => _constant;

    /// <summary>Fits to the rows of a table.</summary>
    /// <param name="rows">Standardised rows, 1 or more.</param>
    /// <param name="ridge">r, above 0.</param>
    public static ShrunkGaussian Fit(RowTable rows, double ridge)
    {
        var (total, mean, covariance) = WeightedMoments.Of(rows, [.. Enumerable.Repeat(1.0, rows.Count)]);
        for (int i = 0; i < covariance.Length; i++)
        {
            TensorPrimitives.Divide(covariance[i], total, covariance[i]);
            covariance[i][i] += ridge * ridge;
        }
        return Of(mean, covariance);
    }

    /// <summary>N(0, I).</summary>
    public static ShrunkGaussian Standard(int dimensions) =>
        new(new double[dimensions], [.. Enumerable.Range(0, dimensions).Select(i => { var row = new double[i + 1]; row[i] = 1; return row; })]);

    /// <summary>The Gaussian with a mean and a factor of its covariance, row by row up to the diagonal, which is above 0.</summary>
    public static ShrunkGaussian WithFactor(double[] mean, double[][] factor) => new(mean, factor);

    /// <summary>The Gaussian with a mean and a covariance, row by row up to its diagonal, which is spent.</summary>
    public static ShrunkGaussian Of(double[] mean, double[][] covariance)
    {
        Factorize(covariance);
        return new ShrunkGaussian(mean, covariance);
    }

    /// <summary>log p(x) in nats.</summary>
    public double LogDensity(ReadOnlySpan<float> row)
    {
        Span<double> white = _mean.Length <= 256 ? stackalloc double[_mean.Length] : new double[_mean.Length];
        for (int i = 0; i < white.Length; i++)
            white[i] = (row[i] - _mean[i] - TensorPrimitives.Dot<double>(_factor[i].AsSpan(0, i), white[..i])) / _factor[i][i];
        return _constant - 0.5 * TensorPrimitives.SumOfSquares<double>(white);
    }

    /// <summary>log p(x) in nats of a block of rows, feature by feature: one pass over all rows of it in place of one over each row.</summary>
    /// <param name="columns">D times all rows.</param>
    /// <param name="start">The first row of the block.</param>
    /// <param name="white">D times as many values as the block has rows.</param>
    /// <param name="logDensities">As many values as the block has rows.</param>
    public void LogDensities(double[][] columns, int start, Span<double> white, Span<double> logDensities)
    {
        int count = logDensities.Length;
        logDensities.Fill(_constant);
        for (int i = 0; i < _mean.Length; i++)
        {
            var own = white.Slice(i * count, count);
            TensorPrimitives.Subtract(columns[i].AsSpan(start, count), _mean[i], own);
            for (int j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd(white.Slice(j * count, count), -_factor[i][j], own, own);
            TensorPrimitives.Divide(own, _factor[i][i], own);
            for (int row = 0; row < count; row++)
                logDensities[row] -= 0.5 * own[row] * own[row];
        }
    }

    /// <summary>W = L^-1, which makes rows white, row by row up to the diagonal.</summary>
    public double[][] Whitening()
    {
        int dimensions = _mean.Length;
        var inverse = Enumerable.Range(0, dimensions).Select(i => new double[i + 1]).ToArray();
        for (int i = 0; i < dimensions; i++)
        {
            // Row i of L^-1 is what is left of the unit vector after the rows above, times 1 / L_ii.
            for (int k = 0; k < i; k++)
                TensorPrimitives.MultiplyAdd(inverse[k], -_factor[i][k], inverse[i].AsSpan(0, k + 1), inverse[i].AsSpan(0, k + 1));
            inverse[i][i] = 1;
            TensorPrimitives.Divide(inverse[i], _factor[i][i], inverse[i]);
        }
        return inverse;
    }

    // Cholesky-Banachiewicz, in place.
    private static void Factorize(double[][] matrix)
    {
        for (int i = 0; i < matrix.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i][j] - TensorPrimitives.Dot<double>(matrix[i].AsSpan(0, j), matrix[j].AsSpan(0, j));
                matrix[i][j] = j < i ? rest / matrix[j][j] : Math.Sqrt(Math.Max(rest, double.Epsilon));
            }
        }
    }
}
