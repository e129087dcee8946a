namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

/// <summary>Agreement of two clusterings, 1 for the same and about 0 for independent ones (Hubert and Arabie 1985).</summary>
internal static class AdjustedRandIndex
{
    public static double Of(int[] first, int[] second)
    {
        double Pairs(IEnumerable<int> counts) => counts.Sum(n => n * (n - 1) / 2.0);
        double both = Pairs(first.Zip(second).GroupBy(pair => pair).Select(group => group.Count()));
        double a = Pairs(first.GroupBy(c => c).Select(group => group.Count()));
        double b = Pairs(second.GroupBy(c => c).Select(group => group.Count()));
        double expected = a * b / Pairs([first.Length]);
        return (both - expected) / ((a + b) / 2 - expected);
    }
}
