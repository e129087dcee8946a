using MathNet.Numerics.LinearAlgebra;

namespace IntervalsSample;

/// <summary>
/// Linear quantile regression (Koenker and Bassett 1978): for each level a plane that as many hours are below as the level says. Found by majorisation (Hunter and
/// Lange 2000): least squares, again and again, in which an hour that is off by r weighs 1 / |r|.
/// </summary>
internal static class LinearQuantiles
{
    private const int Steps = 60;
    private const double Least = 1e-2, Enough = 1e-3;

    /// <summary>The quantiles of the test hours.</summary>
    /// <param name="train">To learn from.</param>
    /// <param name="test">To predict.</param>
    public static double[][] Of(IReadOnlyList<AirHour> train, IReadOnlyList<AirHour> test)
    {
        var inputs = Inputs(train, out var means, out var deviations);
        var target = Vector<double>.Build.Dense(train.Count, i => train[i].LogDust);
        // Each begins at the one before.
        var planes = new List<Vector<double>>();
        foreach (double level in Forecast.Levels)
            planes.Add(Plane(inputs, target, level, planes.LastOrDefault() ?? Vector<double>.Build.Dense(inputs.ColumnCount)));
        // Planes of different levels may cross; sorted, they do not, and are no farther off (Chernozhukov et al. 2010).
        return [.. test.Select(hour => planes.Select(plane => plane[0] + hour.Known.Select((value, i) => plane[i + 1] * (value - means[i]) / deviations[i]).Sum()).Order().ToArray())];
    }

    private static Vector<double> Plane(Matrix<double> inputs, Vector<double> target, double level, Vector<double> plane)
    {
        for (int step = 0; step < Steps; step++)
        {
            var left = target - inputs * plane;
            var weights = left.Map(off => 1 / (Least + Math.Abs(off)));
            var weighted = Matrix<double>.Build.Dense(inputs.RowCount, inputs.ColumnCount, (row, column) => inputs[row, column] * weights[row]);
            // One wind direction follows from the others: a little more on the diagonal keeps the squares definite.
            var squares = inputs.TransposeThisAndMultiply(weighted) + Matrix<double>.Build.DenseDiagonal(inputs.ColumnCount, Least * inputs.RowCount);
            var change = squares.Cholesky().Solve(inputs.TransposeThisAndMultiply(left.PointwiseMultiply(weights) + (2 * level - 1)));
            plane += change;
            if (change.AbsoluteMaximum() < Enough)
                break;
        }
        return plane;
    }

    // Standardised, behind a constant.
    private static Matrix<double> Inputs(IReadOnlyList<AirHour> hours, out double[] means, out double[] deviations)
    {
        int width = hours[0].Known.Length;
        double[] mean = [.. Enumerable.Range(0, width).Select(i => hours.Average(hour => (double)hour.Known[i]))];
        double[] deviation = [.. Enumerable.Range(0, width).Select(i => Math.Sqrt(hours.Average(hour => Math.Pow(hour.Known[i] - mean[i], 2))))];
        (means, deviations) = (mean, deviation);
        return Matrix<double>.Build.Dense(hours.Count, width + 1, (row, column) => column == 0 ? 1 : (hours[row].Known[column - 1] - mean[column - 1]) / deviation[column - 1]);
    }
}
