using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class ColumnSoftmaxTests
{
    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Shares_and_sums_are_those_of_float64(int lanes) => Width.Run(lanes, Ordinary<Lanes128>, Ordinary<Lanes256>, Ordinary<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Columns_apart_by_any_distance_give_all_to_the_greatest(int lanes) => Width.Run(lanes, Apart<Lanes128>, Apart<Lanes256>, Apart<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Equal_values_share_equally(int lanes) => Width.Run(lanes, Equal<Lanes128>, Equal<Lanes256>, Equal<Lanes512>);

    private static void Ordinary<T>() where T : unmanaged, ILanes<T>
    {
        foreach (int rows in new[] { 1, 2, 5, 70 })
        {
            float[] values = Numbers.Rows(rows, 20, (ulong)rows), shares = [.. values], logSum = new float[Panel.Columns];
            ColumnSoftmax<T>.Run(shares, shares, logSum, rows, Panel.Columns);
            for (int column = 0; column < Panel.Columns; column++)
            {
                double[] own = [.. Enumerable.Range(0, rows).Select(row => (double)values[row * Panel.Columns + column])];
                double greatest = own.Max(), sum = greatest + Math.Log(own.Sum(value => Math.Exp(value - greatest)));
                Assert.Equal(sum, logSum[column], 2e-7 * Math.Max(1, Math.Abs(sum)));
                for (int row = 0; row < rows; row++)
                    Assert.Equal(Math.Exp(own[row] - sum), shares[row * Panel.Columns + column], 5e-7);
            }
        }
    }

    private static void Apart<T>() where T : unmanaged, ILanes<T>
    {
        float[] steps = [-1e38f, -1e30f, -1e5f, 200, 3e37f];
        float[] values = [.. steps.SelectMany(step => Numbers.Filled(Panel.Columns, step))], shares = new float[values.Length];
        var logSum = new float[Panel.Columns];
        ColumnSoftmax<T>.Run(values, shares, logSum, steps.Length, Panel.Columns);
        Assert.Equal(Numbers.Filled(Panel.Columns, steps[^1]), logSum);
        Assert.Equal(Numbers.Filled(Panel.Columns, 1), shares[^Panel.Columns..]);
        Assert.All(shares[..^Panel.Columns], share => Assert.InRange(share, 0, 2e-38f));
    }

    private static void Equal<T>() where T : unmanaged, ILanes<T>
    {
        foreach (float value in new[] { -1e38f, -3f, 0f, 1e30f })
        {
            foreach (int rows in new[] { 1, 4 })
            {
                float[] values = Numbers.Filled(rows * Panel.Columns, value), logSum = new float[Panel.Columns];
                ColumnSoftmax<T>.Run(values, values, logSum, rows, Panel.Columns);
                Assert.Equal(Numbers.Filled(values.Length, 1f / rows), values);
                Assert.Equal(Numbers.Filled(Panel.Columns, value + MathF.Log(rows)), logSum);
            }
        }
    }
}
