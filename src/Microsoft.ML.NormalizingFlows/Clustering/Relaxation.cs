namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// A <see cref="StateChain"/> after so many steps that it knows no more of where it started than which of K clusters it was in:
/// steps are doubled until the mutual information of the first and the last state, <c>I = sum_i m_i KL(R_i || m R)</c>, falls to
/// ln K. States within a cluster then lead to much the same places, and states of different clusters still do not
/// (Tishby and Slonim 2000, Data clustering by Markovian relaxation).
/// </summary>
internal static class Relaxation
{
    /// <summary>2^40 steps: clusters that lose nothing in so many have no rows in common at all.</summary>
    private const int MaximumDoublings = 40;

    /// <param name="steps">T, (n, n); each row a distribution.</param>
    /// <param name="shares">m, n numbers that sum to 1.</param>
    /// <param name="clusters">K.</param>
    /// <returns>R, the power of T.</returns>
    public static double[][] Run(double[][] steps, double[] shares, int clusters)
    {
        double[][] power = steps;
        for (int i = 0; i < MaximumDoublings && Information(power, shares) > Math.Log(clusters); i++)
            power = Square(power);
        return power;
    }

    private static double Information(double[][] power, double[] shares)
    {
        var end = new double[shares.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            for (int j = 0; j < end.Length; j++)
                end[j] += shares[i] * power[i][j];
        }
        return shares.Select((share, i) => share * Distributions.Divergence(power[i], end)).Sum();
    }

    private static double[][] Square(double[][] matrix)
    {
        int n = matrix.Length;
        var square = new double[n][];
        for (int i = 0; i < n; i++)
        {
            var row = square[i] = new double[n];
            for (int k = 0; k < n; k++)
            {
                double weight = matrix[i][k];
                for (int j = 0; j < n; j++)
                    row[j] += weight * matrix[k][j];
            }
            // Rounding must not grow with the power.
            Distributions.Normalize(row);
        }
        return square;
    }
}
