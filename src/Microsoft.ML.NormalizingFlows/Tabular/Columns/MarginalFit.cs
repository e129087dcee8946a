namespace Microsoft.ML.NormalizingFlows.Tabular.Columns;

/// <summary>Chooses the cells of a column by how often its values are.</summary>
internal static class MarginalFit
{
    private const int MostSingleCells = 128;
    private const int FewestGroups = 8;
    private const int MostGroups = 32;
    private const int FewestPerGroup = 4;
    private const int MostPerGroup = 16;

    /// <summary>More, smaller cells show more of the shape, and lose more in noise.</summary>
    private const int RowsOfRange = 100;

    /// <summary>Numbers whose values have fewer rows each on average are learned by their neighbours, in groups.</summary>
    private const int RowsOfSingleCell = 20;

    /// <param name="counts">How many rows each value has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order; else they are names of categories.</param>
    /// <param name="grid">What all values are multiples of.</param>
    public static Marginal Of(IReadOnlyDictionary<double, long> counts, bool isNumber, Grid grid)
    {
        var values = counts.Keys.Order().ToArray();     // NaN first
        long rows = counts.Values.Sum();
        int groups = (int)Math.Clamp(Math.Sqrt(rows) / 2, FewestGroups, MostGroups);
        if (values.Length <= (isNumber && rows < RowsOfSingleCell * values.Length ? groups : MostSingleCells))
            return new Marginal(values, values, new CellDigits([.. Enumerable.Range(0, values.Length + 1)]), grid);
        return isNumber ? OfNumber(counts, values, rows, groups, grid) : OfCategories(counts);
    }

    // The most frequent categories alone, the others in groups of similar frequency.
    private static Marginal OfCategories(IReadOnlyDictionary<double, long> counts)
    {
        var values = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key).ToArray();
        int alone = MostSingleCells / 2, group = (values.Length - alone + alone - 1) / alone;
        var starts = Enumerable.Range(0, alone).ToList();
        for (int start = alone; start < values.Length; start += group)
            starts.Add(start);
        return new Marginal(values, values, new CellDigits([.. starts, values.Length]), default);
    }

    // Frequent numbers alone, the others in cells of about as many rows each.
    private static Marginal OfNumber(IReadOnlyDictionary<double, long> counts, double[] values, long rows, int groups, Grid grid)
    {
        var single = values.Where(value => double.IsNaN(value) || counts[value] * 2 * groups >= rows).ToArray();
        var others = values.Except(single).ToArray();
        if (others.Length < 2)
            (single, others) = (values, []);
        int perGroup = (int)Math.Clamp(rows / (groups * RowsOfRange), FewestPerGroup, MostPerGroup);
        double perCell = Math.Max(1, others.Sum(value => (double)counts[value]) / (groups * perGroup));
        var high = new List<double>();
        double filled = 0;
        foreach (double value in others)
        {
            filled += counts[value];
            // Unrounded, the first cell must reach from the least value to another one.
            if (filled >= perCell * (high.Count + 1) && (value > others[0] || !grid.IsNone))
                high.Add(value);
        }
        if (others.Length > 0 && (high.Count == 0 || high[^1] < others[^1]))
            high.Add(others[^1]);
        double[] low = others.Length == 0 ? [] : [others[0] - grid.Step, .. high.SkipLast(1)];
        int[] starts =
        [
            .. Enumerable.Range(0, single.Length),
            .. Enumerable.Range(0, (high.Count + perGroup - 1) / perGroup).Select(group => single.Length + group * perGroup),
            single.Length + high.Count,
        ];
        return new Marginal([.. single, .. low], [.. single, .. high], new CellDigits(starts), grid);
    }
}
