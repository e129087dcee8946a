namespace Samples.Shared.Toys;

/// <summary>
/// Two interleaving half circles, (cos t, sin t) and (1 - cos t, 1/2 - sin t) with t uniform on [0, pi], plus Gaussian
/// noise; moved by (-1/2, -1/4) as in arXiv 2211.11638 and divided by the standard deviations of the coordinates.
/// The density of a noisy half circle is an integral over t, taken by Simpson's rule. Noise of 0.05, the default, gives an
/// entropy of 1.131 nats; noise below <see cref="MinimumNoise"/> would need more nodes.
/// </summary>
public sealed class Moons(double noise = 0.05) : Toy
{
    public const double MinimumNoise = 0.01;
    private const int Intervals = 512;
    private static readonly (double Sin, double Cos)[] Nodes =
        [.. Enumerable.Range(0, Intervals + 1).Select(i => Math.SinCos(Math.PI * i / Intervals))];

    // Variances of the half circles and between their means (1/4 in x; 2/pi - 1/4 from the middle in y), plus the noise's.
    private readonly double _scaleX = Math.Sqrt(0.5 + 0.25 + noise * noise);
    private readonly double _scaleY =
        Math.Sqrt(0.5 - 4 / (Math.PI * Math.PI) + Math.Pow(2 / Math.PI - 0.25, 2) + noise * noise);

    public override string Name => "two moons";

    public override string ModeName => "moon";

    public override ToyArea View => new(-2.4, 2.4, -2.4, 2.4);

    public override double Detail => noise / _scaleX;

    public override ToyPoint Draw(Random random)
    {
        int mode = random.Next(2);
        var (sin, cos) = Math.SinCos(Math.PI * random.NextDouble());
        var (normalX, normalY) = Normals(random);
        double x = (mode == 0 ? cos : 1 - cos) + noise * normalX;
        double y = (mode == 0 ? sin : 0.5 - sin) + noise * normalY;
        return new ToyPoint((x - 0.5) / _scaleX, (y - 0.25) / _scaleY, mode);
    }

    public override double LogDensity(double x, double y)
    {
        double rawX = x * _scaleX + 0.5, rawY = y * _scaleY + 0.25;
        double upper = LogHalfCircle(rawX, rawY), lower = LogHalfCircle(1 - rawX, 0.5 - rawY);
        double larger = Math.Max(upper, lower), smaller = Math.Min(upper, lower);
        return larger + Math.Log(1 + Math.Exp(smaller - larger)) - Math.Log(2) + Math.Log(_scaleX * _scaleY);
    }

    /// <summary>log of 1/pi times the integral over t in [0, pi] of N((x, y); (cos t, sin t), s^2 I).</summary>
    private double LogHalfCircle(double x, double y)
    {
        // The integrand is largest at the angle nearest to the point's own; all of it is taken relative to that.
        double angle = Math.Atan2(y, x);
        double nearest = angle >= 0 ? angle : x >= 0 ? 0 : Math.PI;
        double largest = Exponent(Math.Cos(nearest), Math.Sin(nearest));
        double sum = 0;
        for (int i = 0; i <= Intervals; i++)
        {
            double relative = Exponent(Nodes[i].Cos, Nodes[i].Sin) - largest;
            double weight = i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2;
            if (relative > -40)
                sum += weight * Math.Exp(relative);
        }
        return largest + Math.Log(sum / (3 * Intervals)) - Math.Log(2 * Math.PI * noise * noise);

        double Exponent(double cos, double sin) => -((x - cos) * (x - cos) + (y - sin) * (y - sin)) / (2 * noise * noise);
    }
}
