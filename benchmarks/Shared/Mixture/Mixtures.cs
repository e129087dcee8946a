namespace Benchmarks.Shared.Mixture;

/// <summary>log sum_k w_k p_k(x), without overflow.</summary>
public static class Mixtures
{
    /// <summary>For each row, from the log-densities of the parts.</summary>
    public static double[] LogDensities(IReadOnlyList<(double Weight, double[] LogDensities)> parts)
    {
        var terms = new double[parts.Count];
        var mixed = new double[parts[0].LogDensities.Length];
        for (int i = 0; i < mixed.Length; i++)
        {
            for (int k = 0; k < terms.Length; k++)
                terms[k] = Math.Log(parts[k].Weight) + parts[k].LogDensities[i];
            mixed[i] = LogSumExp(terms);
        }
        return mixed;
    }

    public static double LogSumExp(ReadOnlySpan<double> terms)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double term in terms)
            largest = Math.Max(largest, term);
        if (double.IsInfinity(largest))
            return largest;
        foreach (double term in terms)
            sum += Math.Exp(term - largest);
        return largest + Math.Log(sum);
    }
}
