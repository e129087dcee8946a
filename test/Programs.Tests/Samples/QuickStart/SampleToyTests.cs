using Samples.Shared.Toys;

namespace Programs.Tests.Samples.QuickStart;

/// <summary>The toys of the samples have the density that they claim: without it, every "above the truth" is wrong.</summary>
public sealed class SampleToyTests
{
    [Theory]
    [InlineData("ring")]
    [InlineData("moons 0.05")]
    [InlineData("moons 0.01")] // the nodes of the integral are the farthest apart, seen from the noise
    public void The_density_integrates_to_one(string name) => Assert.Equal(1, Make(name).Mass(), 1e-4);

    [Theory]
    [InlineData("ring")]
    [InlineData("moons 0.1")]
    [InlineData("moons 0.05")]
    public void What_is_drawn_has_that_density(string name)
    {
        Toy toy = Make(name);
        const int Count = 20_000;
        double[] losses = [.. toy.Draw(Count, seed: 5).Select(p => -toy.LogDensity(p.X, p.Y))];
        double mean = losses.Average(), deviation = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (Count - 1));
        Assert.InRange(mean - toy.Entropy(), -4 * deviation / Math.Sqrt(Count), 4 * deviation / Math.Sqrt(Count));
    }

    private static Toy Make(string name) => name == "ring" ? new Ring() : new Moons(double.Parse(name.Split(' ')[1]));
}
