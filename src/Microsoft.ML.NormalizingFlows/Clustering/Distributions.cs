namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>Arithmetic of discrete distributions, in nats.</summary>
internal static class Distributions
{
    /// <summary>Divides by the sum.</summary>
    public static void Normalize(double[] weights)
    {
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
            weights[i] /= sum;
    }

    /// <summary>KL(p || q) = sum p ln(p / q); q is positive where p is.</summary>
    public static double Divergence(double[] p, double[] q)
    {
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (p[i] > 0)
                sum += p[i] * Math.Log(p[i] / q[i]);
        }
        return sum;
    }

    /// <summary>(a p + b q) / (a + b).</summary>
    public static double[] Mean(double a, double[] p, double b, double[] q)
    {
        var mean = new double[p.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (a * p[i] + b * q[i]) / (a + b);
        return mean;
    }
}
