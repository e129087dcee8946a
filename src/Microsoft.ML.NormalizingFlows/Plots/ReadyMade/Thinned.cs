using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Pairs of values as dots, at most so many: more would only be a blot.</summary>
internal static class Thinned
{
    public static IEnumerable<(double X, double Y)> Pairs(double[] x, double[] y, int most)
    {
        int[] order = [.. Enumerable.Range(0, x.Length)];
        if (x.Length > most)
            RandomStream.For(1, "plot").Shuffle(order.AsSpan());
        return order.Take(most).Select(i => (x[i], y[i]));
    }
}
