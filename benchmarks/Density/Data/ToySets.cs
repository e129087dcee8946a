using Samples.Shared.Toys;

namespace Density.Data;

/// <summary>Distributions in the plane whose entropy is known: 5,000 / 2,000 / 10,000 rows, drawn by constant seeds.</summary>
internal static class ToySets
{
    public static DensityData Moons() => Draw("moons", new Moons());

    public static DensityData Rings() => Draw("rings", new Ring());

    public static DensityData Mixture() => Draw("mixture", new UnevenMixture());

    private static DensityData Draw(string name, Toy toy) =>
        new(name, Points(toy, 5_000, seed: 1), Points(toy, 2_000, seed: 3), Points(toy, 10_000, seed: 2)) { Entropy = toy.Entropy() };

    private static float[][] Points(Toy toy, int count, int seed) => [.. toy.Draw(count, seed).Select(point => new[] { (float)point.X, (float)point.Y })];
}
