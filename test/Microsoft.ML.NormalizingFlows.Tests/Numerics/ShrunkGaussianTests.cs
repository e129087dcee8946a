using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class ShrunkGaussianTests
{
    private static readonly RowTable s_rows = Rows();

    // Mean (1, 2), covariance ((2, 1), (1, 2)) over these four rows; with r² = 1/4 on the diagonal.
    private static readonly ShrunkGaussian s_gaussian = ShrunkGaussian.Fit(s_rows, ridge: 0.5);

    [Fact]
    public void The_density_is_that_of_the_enlarged_covariance()
    {
        const double Variance = 2.25, Covariance = 1, Determinant = Variance * Variance - Covariance * Covariance;
        foreach (var (x, y) in new[] { (0.0, 0.0), (1, -0.5), (3, 4) })
        {
            double form = (Variance * (x * x + y * y) - 2 * Covariance * x * y) / Determinant;
            double expected = -Math.Log(2 * Math.PI) - 0.5 * Math.Log(Determinant) - 0.5 * form;
            Assert.Equal(expected, s_gaussian.LogDensity([(float)(1 + x), (float)(2 + y)]), 6);
        }
    }

    [Fact]
    public void Whitening_times_covariance_times_whitening_is_the_identity()
    {
        var white = s_gaussian.Whitening();
        double[][] full = [[white[0][0], 0], white[1]];
        double[][] covariance = [[2.25, 1], [1, 2.25]];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                double product = Enumerable.Range(0, 2).Sum(a => Enumerable.Range(0, 2).Sum(b => full[i][a] * covariance[a][b] * full[j][b]));
                Assert.Equal(i == j ? 1 : 0, product, 6);
            }
        }
    }

    private static RowTable Rows()
    {
        var rows = new RowTable(2);
        float far = MathF.Sqrt(6), near = MathF.Sqrt(2);
        // Along (1, 1) with variance 3 and along (1, -1) with variance 1, each direction of length sqrt 2.
        foreach (var (along, across) in new[] { (far, 0f), (-far, 0f), (0f, near), (0f, -near) })
            rows.Add([1 + (along + across) / MathF.Sqrt(2), 2 + (along - across) / MathF.Sqrt(2)]);
        return rows;
    }
}
