namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// Two columns' categories, or tenths of numbers, that no real row has together, though twenty would if the columns were independent: e^-20 is 2e-9, so it is
/// no chance.
/// </summary>
internal static class PairRules
{
    private const double MinimumExpected = 20;

    /// <summary>The share of rows that have such a pair.</summary>
    /// <param name="columns">Of the real and the synthetic rows.</param>
    /// <param name="rows">Which are judged.</param>
    public static double Broken(IReadOnlyList<BinnedColumn> columns, Func<BinnedColumn, int[]> rows)
    {
        var isBroken = new bool[rows(columns[0]).Length];
        for (int i = 0; i < columns.Count; i++)
        {
            for (int j = i + 1; j < columns.Count; j++)
                Mark(columns[i], columns[j], rows, isBroken);
        }
        return isBroken.Count(broken => broken) / (double)isBroken.Length;
    }

    private static void Mark(BinnedColumn a, BinnedColumn b, Func<BinnedColumn, int[]> rows, bool[] isBroken)
    {
        var first = a.Real.CountBy(bin => bin).ToDictionary();
        var second = b.Real.CountBy(bin => bin).ToDictionary();
        var both = a.Real.Zip(b.Real).ToHashSet();
        int[] one = rows(a), other = rows(b);
        for (int row = 0; row < isBroken.Length; row++)
        {
            double expected = first.GetValueOrDefault(one[row]) * (double)second.GetValueOrDefault(other[row]) / a.Real.Length;
            isBroken[row] |= expected >= MinimumExpected && !both.Contains((one[row], other[row]));
        }
    }
}
