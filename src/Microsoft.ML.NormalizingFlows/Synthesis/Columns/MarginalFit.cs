namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Chooses the cells of a column by how often its values are.</summary>
internal static class MarginalFit
{
    private const int MaximumSingleCells = 128;
    private const int AloneCategories = 64;
    private const int CategoryGroups = 64;
    private const int MinimumGroups = 8;
    private const int MaximumGroups = 32;
    private const int MinimumPerGroup = 4;
    private const int MaximumPerGroup = 16;

    /// <summary>More, smaller cells show more of the shape, and lose more in noise.</summary>
    private const int RowsOfRange = 100;

    /// <summary>Numbers whose values have fewer rows each on average are learned by their neighbours, in groups.</summary>
    private const int RowsOfSingleCell = 20;

    /// <param name="counts">How many rows each value has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order; else they are names of categories.</param>
    /// <param name="grid">What all values are multiples of.</param>
    /// <param name="rare">What is known of <see cref="Rare"/> categories; null where there are none, or nothing is known.</param>
    public static Marginal Of(IReadOnlyDictionary<double, long> counts, bool isNumber, Grid grid, RareCategories? rare = null)
    {
        var values = counts.Keys.Order().ToArray();     // NaN first
        long rows = counts.Values.Sum();
        int groups = (int)Math.Clamp(Math.Sqrt(rows) / 2, MinimumGroups, MaximumGroups);
        if (values.Length <= (isNumber && rows < RowsOfSingleCell * values.Length ? groups : MaximumSingleCells))
            return new Marginal(values, values, new CellDigits([.. Enumerable.Range(0, values.Length + 1)]), grid);
        return isNumber ? OfNumber(counts, values, rows, groups, grid) : OfCategories(counts, rare);
    }

    /// <summary>The categories that share groups; none where there are few.</summary>
    public static IEnumerable<double> Rare(IReadOnlyDictionary<double, long> counts) =>
        counts.Count <= MaximumSingleCells ? [] : ByFrequency(counts).Skip(AloneCategories);

    // The most frequent categories alone, the others in groups of those that are alike, or else of similar frequency.
    private static Marginal OfCategories(IReadOnlyDictionary<double, long> counts, RareCategories? rare)
    {
        double[] values = [.. ByFrequency(counts)], others = values[AloneCategories..];
        int size = (others.Length + CategoryGroups - 1) / CategoryGroups;
        var alike = rare?.Groups(CategoryGroups);
        var groups = others.Index().GroupBy(other => alike?[other.Item] ?? other.Index / size, other => other.Item).OrderBy(group => group.Key).ToArray();
        var starts = Enumerable.Range(0, AloneCategories + 1).ToList();
        foreach (var group in groups)
            starts.Add(starts[^1] + group.Count());
        values = [.. values[..AloneCategories], .. groups.SelectMany(group => group)];
        return new Marginal(values, values, new CellDigits([.. starts]), default);
    }

    private static IEnumerable<double> ByFrequency(IReadOnlyDictionary<double, long> counts) =>
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key);

    // Frequent numbers alone, the others in cells of about as many rows each.
    private static Marginal OfNumber(IReadOnlyDictionary<double, long> counts, double[] values, long rows, int groups, Grid grid)
    {
        var single = values.Where(value => double.IsNaN(value) || counts[value] * 2 * groups >= rows).ToArray();
        var others = values.Except(single).ToArray();
        if (others.Length < 2)
            (single, others) = (values, []);
        int perGroup = (int)Math.Clamp(rows / (groups * RowsOfRange), MinimumPerGroup, MaximumPerGroup);
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
