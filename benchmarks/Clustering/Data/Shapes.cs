using Samples.Shared.Toys;

namespace Clustering.Data;

/// <summary>Groups in the plane that are no spheres, 3,000 rows drawn by a seed.</summary>
internal static class Shapes
{
    private const int Count = 3_000;

    /// <summary>Two interleaving half circles with noise of 0.08.</summary>
    public static LabeledRows Moons(int seed)
    {
        ToyPoint[] points = new Moons(noise: 0.08).Draw(Count, seed);
        return new LabeledRows("moons", [.. points.Select(point => new[] { (float)point.X, (float)point.Y })], [.. points.Select(point => point.Mode)]);
    }

    /// <summary>Three circles of radius 1, 2 and 3 around one another, with noise of 0.12.</summary>
    public static LabeledRows Rings(int seed) => Draw("rings", seed, groups: 3, (group, random) =>
    {
        double radius = group + 1 + 0.12 * Normal(random);
        var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
        return (radius * cos, radius * sin);
    });

    /// <summary>Five bent arms (Johnson et al. 2016).</summary>
    public static LabeledRows Pinwheel(int seed) => Draw("pinwheel", seed, groups: 5, (group, random) =>
    {
        double along = 1 + 0.3 * Normal(random), across = 0.05 * Normal(random);
        var (sin, cos) = Math.SinCos(2 * Math.PI * group / 5 + 0.25 * Math.Exp(along));
        return (along * cos - across * sin, along * sin + across * cos);
    });

    private static LabeledRows Draw(string name, int seed, int groups, Func<int, Random, (double X, double Y)> draw)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, Count).Select(_ => random.Next(groups))];
        return new LabeledRows(name, Array.ConvertAll(labels, group => draw(group, random) is var (x, y) ? new[] { (float)x, (float)y } : []), labels);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
