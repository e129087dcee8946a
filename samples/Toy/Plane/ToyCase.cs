using System.Globalization;
using Samples.Shared.Toys;

namespace PaperToys.Plane;

/// <summary>A toy of Figure 5, the number of latent states that it has modes for, and the rows that every flow is judged by.</summary>
internal sealed class ToyCase
{
    private const int HeldOutRows = 10_000;
    private const int HeldOutSeed = 1_000_003;

    private ToyCase(string name, string file, Toy toy, int states)
    {
        (Name, File, Toy, States) = (name, file, toy, states);
        ToyPoint[] points = toy.Draw(HeldOutRows, HeldOutSeed);
        HeldOut = Features(points);
        Truth = [.. points.Select(p => toy.LogDensity(p.X, p.Y))];
        Entropy = toy.Entropy();
    }

    public string Name { get; }

    /// <summary>How its figure is called.</summary>
    public string File { get; }

    public Toy Toy { get; }

    public int States { get; }

    public double Entropy { get; }

    public float[][] HeldOut { get; }

    /// <summary>The true log-density of the held-out rows.</summary>
    public double[] Truth { get; }

    public static ToyCase Ring() => new("ring of eight Gaussians", "ring", new Ring(), 8);

    public static ToyCase Moons(double noise)
    {
        string text = noise.ToString(CultureInfo.InvariantCulture);
        return new($"two moons, noise {text}", $"moons-{text}", new Moons(noise), 2);
    }

    public float[][] Draw(int rows, int seed) => Features(Toy.Draw(rows, seed));

    private static float[][] Features(ToyPoint[] points) => [.. points.Select(p => new[] { (float)p.X, (float)p.Y })];
}
