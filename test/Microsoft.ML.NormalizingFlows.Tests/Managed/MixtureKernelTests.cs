using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class MixtureKernelTests
{
    private const int Components = 3, Dimensions = 2, Stride = 16;

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Sums_and_gradients_are_those_of_float64(int lanes) => Width.Run(lanes, Formula<Lanes128>, Formula<Lanes256>, Formula<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_share_of_zero_adds_nothing_whatever_the_point_is(int lanes) => Width.Run(lanes, NoShare<Lanes128>, NoShare<Lanes256>, NoShare<Lanes512>);

    private static void Formula<T>() where T : unmanaged, ILanes<T>
    {
        float[] u = Numbers.Rows(Dimensions, 2, 1), means = Numbers.Normal(Components * Stride, 1, 2), shares = Numbers.Rows(Components, 1, 3);
        float[] inverses = [.. Numbers.Normal(Components * Stride, 0.5, 4).Select(MathF.Exp)], constants = [0.5f, -2, 7];
        float[] logDensities = new float[Components * Panel.Columns], g = new float[u.Length];
        float[] gMeans = Numbers.Filled(means.Length, 10), gLogScales = Numbers.Filled(means.Length, -20);
        MixtureKernel<T>.LogDensities(u, means, inverses, Stride, constants, logDensities, Dimensions, Panel.Columns);
        MixtureKernel<T>.Gradient(u, means, inverses, Stride, shares, g, gMeans, gLogScales, Components, Dimensions, Panel.Columns);
        for (int column = 0; column < Panel.Columns; column++)
        {
            for (int m = 0; m < Components; m++)
            {
                double squares = Enumerable.Range(0, Dimensions).Sum(i => Math.Pow(Standardized(m, i, column), 2));
                Assert.Equal(constants[m] - squares / 2, logDensities[m * Panel.Columns + column], 1e-5 * (10 + squares));
            }
            for (int i = 0; i < Dimensions; i++)
            {
                double expected = -Enumerable.Range(0, Components).Sum(m => Share(m, column) * Standardized(m, i, column) * inverses[m * Stride + i]);
                Assert.Equal(expected, g[i * Panel.Columns + column], 1e-4);
            }
        }
        for (int m = 0; m < Components; m++)
        {
            for (int i = 0; i < Dimensions; i++)
            {
                var all = Enumerable.Range(0, Panel.Columns);
                double byMean = all.Sum(column => Share(m, column) * Standardized(m, i, column) * inverses[m * Stride + i]);
                double byLogScale = all.Sum(column => Share(m, column) * (Math.Pow(Standardized(m, i, column), 2) - 1));
                Assert.Equal(10 + byMean, gMeans[m * Stride + i], 2e-3);
                Assert.Equal(-20 + byLogScale, gLogScales[m * Stride + i], 2e-3 * Math.Max(1, Math.Abs(byLogScale) / 50));
            }
        }

        double Share(int m, int column) => shares[m * Panel.Columns + column];
        double Standardized(int m, int i, int column) =>
            ((double)u[i * Panel.Columns + column] - means[m * Stride + i]) * inverses[m * Stride + i];
    }

    private static void NoShare<T>() where T : unmanaged, ILanes<T>
    {
        float[] u = [.. Numbers.Filled(Panel.Columns, float.PositiveInfinity), .. Numbers.Filled(Panel.Columns, float.NaN)];
        float[] means = new float[Components * Stride], inverses = Numbers.Filled(means.Length, 1), shares = new float[Components * Panel.Columns];
        float[] g = Numbers.Filled(u.Length, 5), gMeans = new float[means.Length], gLogScales = new float[means.Length];
        MixtureKernel<T>.Gradient(u, means, inverses, Stride, shares, g, gMeans, gLogScales, Components, Dimensions, Panel.Columns);
        Assert.All(g, value => Assert.Equal(0, value));
        Assert.All(gMeans, value => Assert.Equal(0, value));
        Assert.All(gLogScales, value => Assert.Equal(0, value));
    }
}
