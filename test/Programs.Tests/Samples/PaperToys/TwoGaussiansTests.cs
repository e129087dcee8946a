using PaperToys.OneDimension;

namespace Programs.Tests.Samples.PaperToys;

/// <summary>Example 1 of the paper: the map that the sample draws is the optimal one.</summary>
public sealed class TwoGaussiansTests
{
    public static TheoryData<double, double> Mixtures => new()
    {
        { 1, 0.5 }, { 1, 0.25 }, { 2, 0.6 }, { 3, 0.3 },
    };

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void It_pushes_the_mixture_to_the_standard_normal(double mu, double s)
    {
        var mixture = new TwoGaussians(mu, s);
        const int Count = 20_000;
        var random = new Random(1);
        double[] z = [.. Enumerable.Range(0, Count)
            .Select(_ => mixture.Map((random.Next(2) == 0 ? -mu : mu) + s * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))
            .Order()];

        // Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed once in a thousand times.
        double distance = z.Select((value, i) => Math.Abs((i + 0.5) / Count - (1 - Math.Exp(NormalTail.Log(value))))).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(Count));
        Assert.InRange(z.Average(value => value * value * value * value), 2.8, 3.2);
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Its_derivative_is_the_ratio_of_the_densities(double mu, double s)
    {
        var mixture = new TwoGaussians(mu, s);
        foreach (double x in new[] { -mu - 12 * s, -mu - 3 * s, -mu, -0.3 * mu, -1e-3 * s, 0.01 * s, 0.6 * mu, mu + s, mu + 9 * s, mu + 45 * s })
        {
            double h = 1e-4 * Math.Min(s, Math.Max(Math.Abs(x), 1e-3 * s));
            double slope = (mixture.Map(x + h) - mixture.Map(x - h)) / (2 * h);
            double ratio = Math.Exp(mixture.LogDensity(x) - NormalTail.LogDensity(mixture.Map(x)));
            Assert.InRange(slope / ratio, 1 - 1e-5, 1 + 1e-5);
            Assert.InRange(mixture.SlopeOfInverse(x) * ratio, 1 - 1e-12, 1 + 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void The_inverse_undoes_it_in_the_tails_and_at_the_cliff(double mu, double s)
    {
        var mixture = new TwoGaussians(mu, s);
        foreach (double z in new[] { -50, -39, -20, -8.5, -1, -1e-6, 0, 1e-12, 0.1, 2, 8.5, 37, 45 })
        {
            double x = mixture.Inverse(z);
            Assert.Equal(z, mixture.Map(x), 1e-15 + 1e-11 * Math.Abs(z));
            Assert.Equal(-x, mixture.Inverse(-z));
        }
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void The_slope_of_the_inverse_at_zero_grows_as_the_paper_says(double mu, double s)
    {
        var mixture = new TwoGaussians(mu, s);
        double expected = s * Math.Exp(mu * mu / (2 * s * s));
        double h = 1e-3 * s * s / mu;
        Assert.InRange(2 * h / (mixture.Map(h) - mixture.Map(-h)) / expected, 1 - 1e-6, 1 + 1e-6);
        Assert.InRange(mixture.SlopeOfInverse(0) / expected, 1 - 1e-12, 1 + 1e-12);
        Assert.InRange(mixture.SlopeAtZero / expected, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void Given_the_component_it_is_linear()
    {
        var mixture = new TwoGaussians(2, 0.6);
        foreach (double x in new[] { -5, -2, 0, 1.5 })
        {
            Assert.Equal((x + 2) / 0.6, mixture.Map(x, upper: false), 12);
            Assert.Equal((x - 2) / 0.6, mixture.Map(x, upper: true), 12);
            double both = 0.5 * Math.Exp(mixture.LogDensity(x, upper: false)) + 0.5 * Math.Exp(mixture.LogDensity(x, upper: true));
            Assert.InRange(Math.Exp(mixture.LogDensity(x)) / both, 1 - 1e-12, 1 + 1e-12);
        }
    }
}
