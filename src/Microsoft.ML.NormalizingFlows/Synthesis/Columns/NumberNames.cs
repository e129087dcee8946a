namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// Whether numbers are names, as prices of a list, postcodes or the steps of a tariff are: rows have the same few values again and again, where as many at random
/// between these would have others too, and hardly any row has a value that no other one has (Good 1953).
/// </summary>
internal static class NumberNames
{
    /// <summary>Values that follow one another and are looked at together.</summary>
    private const int Window = 32;

    /// <summary>Names are fewer than so many of the values that random rows would have; and of rows no more have a value alone.</summary>
    private const double MaximumShare = 0.4, MaximumAlone = 0.05;

    /// <summary>A value of more than so many times the rows of the median, as a 0, says nothing of the others.</summary>
    private const long TimesMedian = 8;

    /// <param name="values">In order, none of them NaN.</param>
    /// <param name="counts">Rows of each.</param>
    /// <param name="grid">What values are multiples of.</param>
    public static bool Are(double[] values, long[] counts, Grid grid)
    {
        double alone = counts.Count(count => count == 1);
        // A few strangers, of a row each, are not to make the grid finer.
        (values, counts) = ([.. values.Where((_, i) => counts[i] > 1)], Array.FindAll(counts, count => count > 1));
        if (grid.IsNone || values.Length < 2 || Grid.Detect(values, grid.IsSingle) is var own && own.IsNone)
            return false;
        long most = TimesMedian * counts.Order().ElementAt(counts.Length / 2);
        int window = Math.Min(Window, values.Length - 1);
        double found = 0, expected = 0, all = alone + counts.Sum(count => (double)Math.Min(count, most));
        for (int first = 0; first + window < values.Length; first += window)
        {
            double places = own.Index(values[first + window]) - own.Index(values[first]), rows = 0;
            for (int i = first; i < first + window; i++)
                rows += Math.Min(counts[i], most);
            found += window;
            expected += places * (1 - Math.Exp(-rows / places));
        }
        return found < MaximumShare * expected && alone <= MaximumAlone * all;
    }
}
