using MathNet.Numerics;

namespace PaperToys.OneDimension;

/// <summary>
/// Example 1 of arXiv 2211.11638: p = 1/2 N(-mu, s^2) + 1/2 N(mu, s^2) and its optimal map to N(0, 1), f = Phi^-1(F) with the
/// distribution function F of p. The inverse has slope s exp(mu^2 / (2 s^2)) at 0; given the component, the optimal map is
/// linear and its inverse has slope s everywhere.
/// </summary>
internal sealed record TwoGaussians(double Mu, double S)
{
    /// <summary>What the slope of the inverse at 0 is, in closed form.</summary>
    public double SlopeAtZero => S * Math.Exp(Mu * Mu / (2 * S * S));

    public double LogDensity(double x)
    {
        double near = NormalTail.LogDensity((Math.Abs(x) - Mu) / S), far = NormalTail.LogDensity((Math.Abs(x) + Mu) / S);
        return near + Math.Log(0.5 * (1 + Math.Exp(far - near)) / S);
    }

    /// <summary>ln p(x | component), at -mu or at mu.</summary>
    public double LogDensity(double x, bool upper) => NormalTail.LogDensity(Map(x, upper)) - Math.Log(S);

    /// <summary>f(x).</summary>
    public double Map(double x)
    {
        // f is odd. Near 0, F - 1/2 can be far below the rounding of F; far out, 1 - F is: each is taken by itself.
        double a = Math.Abs(x);
        double below = 0.5 * (Upper((Mu - a) / S) - Upper((Mu + a) / S));
        double z = below < 0.25
            ? Math.Sqrt(2) * SpecialFunctions.ErfInv(2 * below)
            : NormalTail.Inverse(LogUpperTail(a));
        return x < 0 ? -z : z;
    }

    /// <summary>f(x | component), linear.</summary>
    public double Map(double x, bool upper) => (upper ? x - Mu : x + Mu) / S;

    /// <summary>f^-1(z), by bisection: for z above 0 it lies between max(0, s z - mu) and s z + mu.</summary>
    public double Inverse(double z)
    {
        if (z == 0)
            return 0;
        double a = Math.Abs(z), low = Math.Max(0, S * a - Mu), high = S * a + Mu;
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (Map(middle) < a)
                low = middle;
            else
                high = middle;
        }
        return z < 0 ? -high : high;
    }

    /// <summary>The slope of f^-1 at z = f(x), phi(z) / p(x).</summary>
    public double SlopeOfInverse(double x) => Math.Exp(NormalTail.LogDensity(Map(x)) - LogDensity(x));

    private double LogUpperTail(double x)
    {
        double near = NormalTail.Log((x - Mu) / S), far = NormalTail.Log((x + Mu) / S);
        return near + Math.Log(0.5 * (1 + Math.Exp(far - near)));
    }

    private static double Upper(double z) => 0.5 * SpecialFunctions.Erfc(z / Math.Sqrt(2));
}
