using MathNet.Numerics;

namespace PaperToys.OneDimension;

/// <summary>
/// The distribution function Phi of N(0, 1) seen from its upper tail, Q(z) = 1 - Phi(z), in logarithms: Phi itself rounds to
/// 1 from z = 8.3 on, and Q to 0 from z = 38.5 on.
/// </summary>
internal static class NormalTail
{
    // Beyond it, Q is too near to the smallest double; the asymptotic series is exact there but for 1e-14.
    private const double Far = 36;
    private static readonly double LogSqrt2Pi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>ln phi(z), the log-density.</summary>
    public static double LogDensity(double z) => -0.5 * z * z - LogSqrt2Pi;

    /// <summary>ln Q(z).</summary>
    public static double Log(double z)
    {
        if (z <= Far)
            return Math.Log(0.5 * SpecialFunctions.Erfc(z / Math.Sqrt(2)));
        // Abramowitz and Stegun 26.2.12.
        double u = 1 / (z * z);
        return LogDensity(z) - Math.Log(z) + Math.Log(1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u))));
    }

    /// <summary>The z with ln Q(z) = <paramref name="logTail"/>, which is below 0.</summary>
    public static double Inverse(double logTail)
    {
        if (logTail > Log(Far))
            return Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * Math.Exp(logTail));
        // Newton's method on ln Q, whose slope is -phi / Q; ln Q is concave and nearly a parabola, so few steps do.
        double z = Math.Sqrt(-2 * logTail);
        for (int step = 0; step < 20; step++)
        {
            double log = Log(z);
            double change = (log - logTail) / Math.Exp(LogDensity(z) - log);
            z += change;
            if (Math.Abs(change) < 1e-15 * z)
                break;
        }
        return z;
    }
}
