using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class RunningMomentsTests
{
    [Fact]
    public void Agrees_with_the_two_pass_formula_far_from_zero()
    {
        var random = new RandomStream(1);
        var rows = Enumerable.Range(0, 1000).Select(_ => new[] { 1e6f + (float)random.NextNormal(), (float)random.NextNormal() * 1e30f }).ToArray();
        var moments = new RunningMoments(2);
        foreach (var row in rows)
            moments.Add(row);
        for (int d = 0; d < 2; d++)
        {
            double mean = rows.Average(row => (double)row[d]);
            double deviation = Math.Sqrt(rows.Average(row => Math.Pow(row[d] - mean, 2)));
            Assert.Equal(1, moments.Mean(d) / mean, 9);
            Assert.Equal(1, moments.StandardDeviation(d) / deviation, 9);
        }
    }
}
