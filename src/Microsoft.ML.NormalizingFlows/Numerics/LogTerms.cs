using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>Logarithms of the terms of a sum, such as those of a mixture of densities.</summary>
internal static class LogTerms
{
    /// <summary>Puts the share of each term in its place, and gives the logarithm of the sum; the greatest is taken out first, so that nothing overflows.</summary>
    /// <param name="terms">1 or more, the greatest finite.</param>
    public static double ToShares(Span<double> terms)
    {
        double greatest = TensorPrimitives.Max<double>(terms), total = 0;
        foreach (ref double term in terms)
            total += term = Math.Exp(term - greatest);
        foreach (ref double term in terms)
            term /= total;
        return greatest + Math.Log(total);
    }
}
