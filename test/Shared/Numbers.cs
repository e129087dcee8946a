using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Numbers to compute with.</summary>
internal static class Numbers
{
    /// <summary>Whole numbers from -8 to 8: float32 adds and multiplies thousands of them without rounding, in any order.</summary>
    public static float[] Whole(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextInt(17) - 8))];
    }

    public static float[] Normal(int count, double deviation, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextNormal()))];
    }

    /// <summary>Rows of standard normal numbers, one after the other.</summary>
    public static float[] Table(int rows, int dimensions, ulong seed = 9)
    {
        var table = new float[rows * dimensions];
        new RandomStream(seed).FillNormal(table);
        return table;
    }

    /// <summary>Rows of normal numbers, as wide as a panel.</summary>
    public static float[] Rows(int rows, double deviation, ulong seed) => Normal(rows * Panel.Columns, deviation, seed);

    /// <summary>The given number everywhere.</summary>
    public static float[] Filled(int count, float value)
    {
        var numbers = new float[count];
        Array.Fill(numbers, value);
        return numbers;
    }

    /// <summary>Pearson's.</summary>
    public static double Correlation(double[] one, double[] other)
    {
        double a = one.Average(), b = other.Average();
        return one.Zip(other, (x, y) => (x - a) * (y - b)).Sum() / Math.Sqrt(one.Sum(x => (x - a) * (x - a)) * other.Sum(y => (y - b) * (y - b)));
    }
}
