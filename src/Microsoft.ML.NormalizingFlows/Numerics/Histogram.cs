namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>Bins for values, and how many there are in each.</summary>
internal sealed class Histogram
{
    private const int MinimumBins = 12, MaximumBins = 60;

    /// <summary>What an axis leaves out at either end where a few far values would make it long.</summary>
    private const double Far = 0.002;

    private Histogram(double[] edges) => Edges = edges;

    /// <summary>The ends of the bins, in order.</summary>
    public double[] Edges { get; }

    /// <summary>
    /// Bins for all the values together: of equally many whole numbers where there are no others, else by Freedman and Diaconis (1981).
    /// A few far values are outside.
    /// </summary>
    public static Histogram For(params IEnumerable<double[]> values) => For(values, null);

    /// <summary>The same, and <paramref name="held"/> is not outside.</summary>
    public static Histogram For(IEnumerable<double[]> values, double? held)
    {
        double[] sorted = [.. values.SelectMany(some => some).Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return new Histogram([0, 1]);
        var (min, max) = Range(sorted);
        if (held is { } value)
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        if (sorted.All(double.IsInteger))
        {
            // As many whole numbers in each bin: another width would make a comb.
            double first = Math.Floor(min), width = Math.Ceiling((Math.Ceiling(max) - first + 1) / MaximumBins);
            int needed = (int)Math.Ceiling((Math.Ceiling(max) - first + 1) / width);
            return new Histogram([.. Enumerable.Range(0, needed + 1).Select(i => first - 0.5 + i * width)]);
        }
        double spread = At(sorted, 0.75) - At(sorted, 0.25);
        double wanted = (max - min) / (2 * spread / Math.Cbrt(sorted.Length));
        int bins = double.IsFinite(wanted) ? (int)Math.Clamp(wanted, MinimumBins, MaximumBins) : MaximumBins;
        return new Histogram([.. Enumerable.Range(0, bins + 1).Select(i => min + (max - min) * i / bins)]);
    }

    /// <summary>From the least to the greatest of sorted values, or nearly so where that is much shorter.</summary>
    private static (double Min, double Max) Range(double[] sorted)
    {
        double min = sorted[0], max = sorted[^1];
        double low = At(sorted, Far), high = At(sorted, 1 - Far);
        if (high > low && max - min > 2 * (high - low))
            (min, max) = (low - 0.1 * (high - low), high + 0.1 * (high - low));
        return max > min ? (min, max) : (min - 0.5, max + 0.5);
    }

    /// <summary>The share of the finite values in each bin; in all bins together it is 1 where none are outside.</summary>
    public double[] Shares(IReadOnlyCollection<double> values)
    {
        var shares = new double[Edges.Length - 1];
        int count = 0;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            count++;
            int bin = (int)Math.Floor((value - Edges[0]) / (Edges[^1] - Edges[0]) * shares.Length);
            if (value == Edges[^1])
                bin--;
            if (bin >= 0 && bin < shares.Length)
                shares[bin]++;
        }
        return [.. shares.Select(share => share / Math.Max(1, count))];
    }

    /// <summary>The share by the width of the bin: a density.</summary>
    public double[] Density(IReadOnlyCollection<double> values)
    {
        double width = Edges[1] - Edges[0];
        return [.. Shares(values).Select(share => share / width)];
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}
