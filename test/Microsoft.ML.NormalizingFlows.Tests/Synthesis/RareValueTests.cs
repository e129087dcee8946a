using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis;

/// <summary>Values that few rows have, and that others of the row tell.</summary>
public class RareValueTests
{
    private const int Rows = 8_000;

    private static readonly MLContext s_ml = new(seed: 1);

    /// <summary>What is drawn where it cannot be is drawn anew: where trees do not see that only weekends have it, it becomes a third as frequent.</summary>
    [Fact]
    public void The_greatest_of_six_values_that_only_weekends_have_stays_as_frequent()
    {
        var random = RandomStream.For(1, "offers");
        Offer[] offers = [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            var (month, isWeekend, level) = ("abcde"[random.NextInt(5)].ToString(), random.NextUniform() < 0.25, random.NextUniform());
            double share = month != "b" || random.NextUniform() > 0.1 + 0.3 * level ? 0 : isWeekend && random.NextUniform() < 0.5 ? 1 : Math.Round(0.2 * (1 + random.NextInt(4)), 1);
            return new Offer(month, isWeekend, level, random.NextUniform(), random.NextUniform(), random.NextUniform(), share);
        })];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(offers)).Sample(40_000, seed: 1);
        double real = offers.Count(offer => offer.Share == 1) / (double)Rows, found = drawn.GetColumn<double>(nameof(Offer.Share)).Count(share => share == 1) / 40_000.0;
        Assert.InRange(found / real, 0.7, 1.4);
    }

    /// <summary>A tail that ends at the greatest value of each leaf loses a tenth of its deviation.</summary>
    [Fact]
    public void A_heavy_tail_stays_as_heavy()
    {
        var random = RandomStream.For(2, "claims");
        Claim[] claims = [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            double level = random.NextUniform();
            return new Claim("abcd"[random.NextInt(4)].ToString(), level, random.NextUniform(), Math.Round(Math.Exp(2 + level + 1.2 * random.NextNormal()), 2));
        })];
        var drawn = s_ml.Data.Synthesizer(new SynthesizerOptions { Seed = 1, Threads = 1 }).Fit(s_ml.Data.LoadFromEnumerable(claims)).Sample(80_000, seed: 1);
        Assert.InRange(Deviation([.. drawn.GetColumn<double>(nameof(Claim.Amount))]) / Deviation([.. claims.Select(claim => claim.Amount)]), 0.96, 1.06);
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private sealed record Offer(string Month, bool IsWeekend, double Level, double X, double Y, double Z, double Share);

    private sealed record Claim(string Kind, double Level, double X, double Amount);
}
