using Samples.Shared.Toys;

namespace Density.Data;

/// <summary>
/// Five Gaussians of different weight, width and tilt, one of them broad below the others: unlike a ring, no two are alike, and
/// even shares of latent states are wrong.
/// </summary>
internal sealed class UnevenMixture : Toy
{
    private static readonly (double Weight, double X, double Y, double Long, double Short, double Angle)[] Parts =
    [
        (0.35, 0.0, 0.0, 1.00, 0.80, 0.0),
        (0.25, -1.2, 1.0, 0.40, 0.08, 0.6),
        (0.20, 1.3, 0.9, 0.30, 0.10, -0.9),
        (0.15, 0.9, -1.2, 0.12, 0.12, 0.0),
        (0.05, -1.4, -1.3, 0.25, 0.06, 1.4),
    ];

    public override string Name => "uneven mixture of five Gaussians";

    public override string ModeName => "Gaussian";

    public override ToyArea View => new(-6, 6, -6, 6);

    public override double Detail => 0.06;

    public override ToyPoint Draw(Random random)
    {
        double share = random.NextDouble();
        int mode = 0;
        while (mode < Parts.Length - 1 && (share -= Parts[mode].Weight) > 0)
            mode++;
        var part = Parts[mode];
        var (along, across) = Normals(random);
        var (sin, cos) = Math.SinCos(part.Angle);
        return new ToyPoint(
            part.X + cos * part.Long * along - sin * part.Short * across,
            part.Y + sin * part.Long * along + cos * part.Short * across,
            mode);
    }

    public override double LogDensity(double x, double y)
    {
        double density = 0;
        foreach (var part in Parts)
        {
            var (sin, cos) = Math.SinCos(part.Angle);
            double along = (cos * (x - part.X) + sin * (y - part.Y)) / part.Long;
            double across = (cos * (y - part.Y) - sin * (x - part.X)) / part.Short;
            density += part.Weight * Math.Exp(-0.5 * (along * along + across * across)) / (2 * Math.PI * part.Long * part.Short);
        }
        return Math.Log(Math.Max(density, double.Epsilon));
    }
}
