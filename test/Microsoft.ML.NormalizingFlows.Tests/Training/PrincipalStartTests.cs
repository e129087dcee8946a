using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class PrincipalStartTests
{
    // Along (3, 4) / 5 with deviation 10, across with 1, and around a far mean; nothing in the third direction.
    private static RowTable Rows()
    {
        var random = new RandomStream(1);
        var rows = new RowTable(3);
        for (int i = 0; i < 4_000; i++)
        {
            double along = 10 * random.NextNormal(), across = random.NextNormal();
            rows.Add([(float)(0.6 * along - 0.8 * across + 2), (float)(0.8 * along + 0.6 * across - 1), 5]);
        }
        return rows;
    }

    [Fact]
    public void Axes_are_principal_and_make_the_rows_white()
    {
        var rows = Rows();
        var axes = PrincipalStart.Find(rows, 3, new RandomStream(2));
        Assert.Equal(2, axes.Count);
        Assert.Equal(0.75, axes[0][0] / axes[0][1], 0.02);
        Assert.Equal(-0.8 / 0.6, axes[1][0] / axes[1][1], 0.02);
        foreach (float[] axis in axes)
        {
            double[] along = [.. Enumerable.Range(0, 1_000).Select(i => Enumerable.Range(0, 3).Sum(j => (double)axis[j] * rows[i][j]))];
            double mean = along.Average();
            Assert.InRange(Math.Sqrt(along.Average(value => Math.Pow(value - mean, 2))), 0.85, 1.15);
        }
    }
}
