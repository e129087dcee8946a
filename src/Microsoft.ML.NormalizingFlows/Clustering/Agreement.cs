namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// The agreement of two clusterings of the same rows: 1 for the same, about 0 for independent ones (adjusted Rand index, Hubert
/// and Arabie 1985).
/// </summary>
internal static class Agreement
{
    public static double Of(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        double both = Pairs(first.Zip(second)), a = Pairs(first), b = Pairs(second);
        double expected = a * b / Pairs(first.Count), most = (a + b) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    private static double Pairs<T>(IEnumerable<T> clusters)
        where T : notnull => clusters.CountBy(cluster => cluster).Sum(count => Pairs(count.Value));

    private static double Pairs(long rows) => rows * (rows - 1) / 2.0;
}
