namespace Samples.Shared.Toys;

/// <summary>
/// Eight round Gaussians on a circle: p(x) = 1/8 sum_k N(x; m_k, s^2 I). With radius sqrt(2) each coordinate has unit
/// variance (but for s^2); s = 0.105 gives an entropy of 0.410 nats.
/// </summary>
public sealed class Ring : Toy
{
    private const int Modes = 8;
    private const double Sigma = 0.105;
    private static readonly double Radius = Math.Sqrt(2);

    public override string Name => "ring of eight Gaussians";

    public override string ModeName => "Gaussian";

    public override ToyArea View => new(-2.2, 2.2, -2.2, 2.2);

    public override double Detail => Sigma;

    public override ToyPoint Draw(Random random)
    {
        int mode = random.Next(Modes);
        var (centerX, centerY) = Center(mode);
        var (noiseX, noiseY) = Normals(random);
        return new ToyPoint(centerX + Sigma * noiseX, centerY + Sigma * noiseY, mode);
    }

    public override double LogDensity(double x, double y)
    {
        Span<double> exponents = stackalloc double[Modes];
        double largest = double.NegativeInfinity;
        for (int k = 0; k < Modes; k++)
        {
            var (centerX, centerY) = Center(k);
            exponents[k] = -((x - centerX) * (x - centerX) + (y - centerY) * (y - centerY)) / (2 * Sigma * Sigma);
            largest = Math.Max(largest, exponents[k]);
        }
        double sum = 0;
        foreach (double exponent in exponents)
            sum += Math.Exp(exponent - largest);
        return largest + Math.Log(sum) - Math.Log(Modes * 2 * Math.PI * Sigma * Sigma);
    }

    private static (double X, double Y) Center(int mode)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * mode / Modes);
        return (Radius * cos, Radius * sin);
    }
}
