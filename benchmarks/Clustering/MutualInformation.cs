namespace Clustering;

/// <summary>The normalised mutual information of two clusterings, 2 I(a; b) / (H(a) + H(b)): 1 for the same, 0 for independent ones.</summary>
internal static class MutualInformation
{
    public static double Normalized(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        double a = Entropy(first), b = Entropy(second), both = Entropy(first.Zip(second));
        return a + b == 0 ? 1 : 2 * (a + b - both) / (a + b);
    }

    private static double Entropy<T>(IEnumerable<T> values)
        where T : notnull
    {
        int[] counts = [.. values.CountBy(value => value).Select(count => count.Value)];
        double rows = counts.Sum();
        return -counts.Sum(count => count / rows * Math.Log(count / rows));
    }
}
