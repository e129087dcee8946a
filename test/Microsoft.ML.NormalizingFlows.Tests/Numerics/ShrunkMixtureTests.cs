using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class ShrunkMixtureTests
{
    [Fact]
    public void Uneven_blobs_and_a_background_are_found()
    {
        var random = new RandomStream(1);
        var rows = new RowTable(2);
        for (int i = 0; i < 4_000; i++)
        {
            double a = random.NextNormal(), b = random.NextNormal();
            rows.Add(i % 4 == 0 ? [(float)(3 + 0.2 * a), (float)(0.2 * b)] : [(float)(-1 + 0.5 * a), (float)(0.4 * a + 0.3 * b)]);
        }
        var mixture = ShrunkMixture.Fit(rows, 3, 0.1, random);
        Assert.Equal(1, mixture.LogWeights.Sum(Math.Exp), 1e-9);
        Assert.Equal(0.1, Math.Exp(mixture.LogWeights[0]), 1e-9);
        Assert.Equal([0, 0], mixture.Components[0].Mean);
        int small = mixture.LogWeights[1] < mixture.LogWeights[2] ? 1 : 2;
        Assert.Equal(0.9 * 0.25, Math.Exp(mixture.LogWeights[small]), 0.01);
        Assert.Equal(3, mixture.Components[small].Mean[0], 0.05);
        Assert.Equal(-1, mixture.Components[3 - small].Mean[0], 0.05);
        double[][] whitening = mixture.Components[3 - small].Whitening();
        Assert.Equal(1 / 0.5, whitening[0][0], 0.15);
        Assert.Equal(1 / 0.3, whitening[1][1], 0.3);
    }

    [Theory]
    [InlineData(1, 3)]          // 2 and 4 gain nothing beside 1
    [InlineData(4, 5)]          // nor 8 and 16 beside 4
    public void Greater_numbers_are_tried_until_two_in_succession_gain_nothing(int blobs, int tried)
    {
        var random = new RandomStream(2);
        RowTable rows = Draw(1_000), others = Draw(1_000);
        var numbers = new List<int>();
        var best = ShrunkMixture.Best(rows, others, new[] { 1, 2, 4, 8, 16, 32 }.Select(number =>
        {
            numbers.Add(number);
            return number;
        }), [5, 50], 1e-6, random);
        Assert.Equal(blobs, best.Components.Count - 1);
        Assert.Equal(tried, numbers.Count);

        RowTable Draw(int count)
        {
            var table = new RowTable(2);
            for (int i = 0; i < count; i++)
                table.Add([(float)(0.2 * random.NextNormal() + (blobs == 1 ? 0 : i % 2 * 2 - 1)), (float)(0.2 * random.NextNormal() + (blobs == 1 ? 0 : i / 2 % 2 * 2 - 1))]);
            return table;
        }
    }
}
