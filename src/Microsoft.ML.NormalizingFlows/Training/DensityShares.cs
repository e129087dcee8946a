using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>The shares of several densities under which rows are likeliest, by expectation maximisation.</summary>
internal static class DensityShares
{
    /// <summary>Rows that are believed to have been seen before, those of the first density and of each other: few rows do not decide all.</summary>
    private const double PriorOfFirst = 1.5, PriorOfOther = 0.5;

    private const int Iterations = 100;

    /// <param name="logDensities">Of each density, ln p of each row.</param>
    /// <returns>The share of each, together 1, and what rows gain over the first density alone in the mean, in nats.</returns>
    public static (double[] Shares, double Gain) Of(double[][] logDensities)
    {
        int rows = logDensities[0].Length;
        double[] shares = [.. logDensities.Select(_ => 1.0 / logDensities.Length)], terms = new double[shares.Length], sums = new double[shares.Length];
        double gain = 0;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            gain = 0;
            Array.Fill(sums, PriorOfOther);
            sums[0] = PriorOfFirst;
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < terms.Length; i++)
                    terms[i] = Math.Log(shares[i]) + logDensities[i][row];
                gain += (LogTerms.ToShares(terms) - logDensities[0][row]) / rows;
                TensorPrimitives.Add(sums, terms, sums);
            }
            double all = sums.Sum();
            for (int i = 0; i < shares.Length; i++)
                shares[i] = sums[i] / all;
        }
        return (shares, gain);
    }
}
