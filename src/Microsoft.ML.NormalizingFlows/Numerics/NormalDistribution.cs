namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>The standard normal distribution in Double.</summary>
internal static class NormalDistribution
{
    /// <summary>From here on the continued fraction converges faster than the series.</summary>
    private const double Tail = 3;

    private const int Fractions = 80;

    /// <summary>Beyond, the distribution is 0 or 1 in Double.</summary>
    private const double Reach = 40;

    private const int Halvings = 100;

    /// <summary>
    /// P(Z &lt;= x): <c>1/2 + phi(x) (x + x^3 / 3 + x^5 / (3 5) + ...)</c> near 0 (Marsaglia 2004, Evaluating the normal distribution); further out,
    /// where it is small, <c>phi(x) / (|x| + 1 / (|x| + 2 / (|x| + ...)))</c>, so that it keeps its digits.
    /// </summary>
    public static double Cumulative(double x)
    {
        if (double.IsNaN(x))
            return double.NaN;
        double density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        if (Math.Abs(x) < Tail)
        {
            double sum = x, term = x;
            for (int odd = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); odd += 2)
                sum += term *= x * x / odd;
            return 0.5 + density * sum;
        }
        double size = Math.Abs(x), fraction = size;
        for (int i = Fractions; i > 0; i--)
            fraction = size + i / fraction;
        double tail = density / fraction;
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>The x with P(Z &lt;= x) = <paramref name="level"/>, which is in (0, 1).</summary>
    public static double Quantile(double level) => level > 0.5 ? -Quantile(1 - level) : Solve(Cumulative, level, -Reach, 0);

    /// <summary>Where a growing function is <paramref name="value"/>, between two points that enclose it.</summary>
    public static double Solve(Func<double, double> function, double value, double low, double high)
    {
        for (int i = 0; i < Halvings && low < high; i++)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                break;
            if (function(middle) < value)
                low = middle;
            else
                high = middle;
        }
        return high;
    }
}
