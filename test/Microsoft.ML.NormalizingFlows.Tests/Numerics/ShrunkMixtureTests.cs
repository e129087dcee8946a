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
}
