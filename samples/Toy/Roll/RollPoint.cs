namespace PaperToys.Roll;

/// <summary>A point near the Swiss roll, <c>t (cos t, sin t)</c> with t from 3/2 pi to 9/2 pi as long as the roll is there, and its place along it.</summary>
/// <param name="X">Across, in units of the roll's standard deviation or so.</param>
/// <param name="Y">Up, likewise.</param>
/// <param name="Length">Of the roll up to it, before the noise.</param>
internal readonly record struct RollPoint(double X, double Y, double Length)
{
    private const double Start = 1.5 * Math.PI, End = 4.5 * Math.PI, Scale = 8, Noise = 0.05;

    /// <summary>What the roll fills of the plane.</summary>
    public const double Reach = 2.1;

    public static RollPoint[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            // As many points on each piece as it is long: a length grows with t^2 / 2, but for little.
            double t = Math.Sqrt(Start * Start + (End * End - Start * Start) * random.NextDouble());
            return new RollPoint(t * Math.Cos(t) / Scale + Noise * Normal(random), t * Math.Sin(t) / Scale + Noise * Normal(random), (t * t - Start * Start) / 2 / Scale);
        })];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
