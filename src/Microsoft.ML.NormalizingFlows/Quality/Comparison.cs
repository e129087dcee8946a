namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>How far apart two samples are; the measures that SDMetrics and others report as shape and trend.</summary>
internal static class Comparison
{
    private const int Bins = 10;

    /// <summary>The Kolmogorov-Smirnov distance, the largest gap between the distribution functions; what is NaN is left out. 1 where either is empty.</summary>
    public static double KolmogorovSmirnov(IEnumerable<double> first, IEnumerable<double> second)
    {
        double[] a = Sorted(first), b = Sorted(second);
        if (a.Length == 0 || b.Length == 0)
            return a.Length == b.Length ? 0 : 1;
        double largest = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == at)
                i++;
            while (j < b.Length && b[j] == at)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return largest;
    }

    /// <summary>The total variation between the shares of the values: half the sum of their differences.</summary>
    public static double TotalVariation<T>(IReadOnlyCollection<T> first, IReadOnlyCollection<T> second)
        where T : notnull
    {
        var difference = new Dictionary<T, double>();
        foreach (T value in first)
            difference[value] = difference.GetValueOrDefault(value) + 1.0 / first.Count;
        foreach (T value in second)
            difference[value] = difference.GetValueOrDefault(value) - 1.0 / second.Count;
        return 0.5 * difference.Values.Sum(Math.Abs);
    }

    /// <summary>1 minus the distance of one column.</summary>
    public static double Shape(ComparedColumn column) =>
        1 - (column.IsCategory ? TotalVariation(column.Real, column.Synthetic) : KolmogorovSmirnov(column.Real, column.Synthetic));

    /// <summary>Two numbers: 1 - |r - r'| / 2 of their correlations; else 1 minus the total variation of the pair, numbers in ten bins of the real quantiles.</summary>
    public static double Trend(BinnedColumn a, BinnedColumn b)
    {
        if (!a.Column.IsCategory && !b.Column.IsCategory)
            return 1 - Math.Abs(Correlation(a.Column.Real, b.Column.Real) - Correlation(a.Column.Synthetic, b.Column.Synthetic)) / 2;
        return 1 - TotalVariation(Pairs(a.Real, b.Real), Pairs(a.Synthetic, b.Synthetic));
    }

    /// <summary>Pearson's correlation over the rows that have both; 0 where one does not vary.</summary>
    public static double Correlation(double[] x, double[] y)
    {
        int n = 0;
        double meanX = 0, meanY = 0, xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i]))
                continue;
            n++;
            double dx = x[i] - meanX, dy = y[i] - meanY;
            meanX += dx / n;
            meanY += dy / n;
            xx += dx * (x[i] - meanX);
            yy += dy * (y[i] - meanY);
            xy += dx * (y[i] - meanY);
        }
        double scale = Math.Sqrt(xx * yy);
        return scale > 0 ? xy / scale : 0;
    }

    /// <summary>The standard deviation of the values that there are; 0 of fewer than two.</summary>
    public static double Deviation(double[] values)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        if (known.Length < 2)
            return 0;
        double mean = known.Average();
        return Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1));
    }

    /// <summary>The share of values beyond the first and the last hundredth of others, in their shares there; 1 if these are the same.</summary>
    public static double Tails(double[] real, double[] values)
    {
        double[] sorted = Sorted(real), own = Sorted(values);
        if (sorted.Length == 0 || own.Length == 0)
            return 1;
        double low = sorted[sorted.Length / 100], high = sorted[^(1 + sorted.Length / 100)];
        double expected = sorted.Count(IsBeyond) / (double)sorted.Length;
        return expected > 0 ? own.Count(IsBeyond) / (double)own.Length / expected : 1;

        bool IsBeyond(double value) => value < low || value > high;
    }

    /// <summary>The ends of bins of equal numbers of values, the least and the greatest value included, each once.</summary>
    public static double[] Quantiles(IEnumerable<double> values, int bins = Bins)
    {
        double[] sorted = Sorted(values);
        return sorted.Length == 0 ? [] : [.. Enumerable.Range(0, bins + 1).Select(i => At((double)i / bins * (sorted.Length - 1))).Distinct()];

        double At(double place)
        {
            int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Where(value => !double.IsNaN(value)).Order()];

    private static long[] Pairs(int[] a, int[] b) => [.. a.Select((value, i) => ((long)value << 32) | (uint)b[i])];
}
