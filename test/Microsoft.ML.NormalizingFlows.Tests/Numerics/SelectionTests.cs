using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class SelectionTests
{
    [Fact]
    public void The_k_th_least_is_what_sorting_finds_with_ties_and_in_any_order()
    {
        var random = new Random(1);
        for (int n = 1; n < 40; n++)
        {
            float[] values = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(-5, 6))];
            float[] sorted = [.. values.Order()];
            for (int k = 1; k <= n; k++)
            {
                Assert.Equal(sorted[k - 1], Selection.Smallest((float[])values.Clone(), k));
                Assert.Equal(sorted[k - 1], Selection.Smallest((float[])sorted.Clone(), k));
                Assert.Equal(sorted[k - 1], Selection.Smallest([.. sorted.Reverse()], k));
            }
        }
    }

    [Fact]
    public void Infinity_is_a_value() =>
        Assert.Equal(float.PositiveInfinity, Selection.Smallest([float.PositiveInfinity, 1, float.PositiveInfinity], 2));
}
