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

    /// <summary>A number that repeats as its neighbours do not, or that is far from all others, has a cell of its own where it has as many rows, up to so many cells.</summary>
    private const int MinimumOfRepeated = 4, MaximumRepeated = 64;

    /// <summary>Numbers whose values have fewer rows each on average are learned by their neighbours, in groups.</summary>
    private const int RowsOfSingleCell = 20;

    /// <param name="counts">How many rows each value has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order; else they are names of categories.</param>
    /// <param name="grid">What nearly all values are multiples of.</param>
    /// <param name="rare">What is known of <see cref="Rare"/> categories; null where there are none, or nothing is known.</param>
    public static Marginal Of(IReadOnlyDictionary<double, long> counts, bool isNumber, Grid grid, RareCategories? rare = null)
    {
        var values = counts.Keys.Order().ToArray();     // NaN first
        long rows = counts.Values.Sum();
        int groups = (int)Math.Clamp(Math.Sqrt(rows) / 2, MinimumGroups, MaximumGroups);
        if (values.Length <= (isNumber && rows < RowsOfSingleCell * values.Length ? groups : MaximumSingleCells))
            return Single(values, [.. Enumerable.Range(0, values.Length + 1)], grid, rows);
        return isNumber ? OfNumber(counts, values, rows, groups, grid) : OfCategories(counts, rows, rare);
    }

    /// <summary>The categories that share groups; none where there are few.</summary>
    public static IEnumerable<double> Rare(IReadOnlyDictionary<double, long> counts) =>
        counts.Count <= MaximumSingleCells ? [] : ByFrequency(counts).Skip(AloneCategories);

    // The most frequent categories alone, the others in groups of those that are alike, or else of similar frequency.
    private static Marginal OfCategories(IReadOnlyDictionary<double, long> counts, long rows, RareCategories? rare)
    {
        double[] values = [.. ByFrequency(counts)], others = values[AloneCategories..];
        int size = (others.Length + CategoryGroups - 1) / CategoryGroups;
        var alike = rare?.Groups(CategoryGroups);
        var groups = others.Index().GroupBy(other => alike?[other.Item] ?? other.Index / size, other => other.Item).OrderBy(group => group.Key).ToArray();
        var starts = Enumerable.Range(0, AloneCategories + 1).ToList();
        foreach (var group in groups)
            starts.Add(starts[^1] + group.Count());
        values = [.. values[..AloneCategories], .. groups.SelectMany(group => group)];
        return Single(values, [.. starts], default, rows);
    }

    private static IEnumerable<double> ByFrequency(IReadOnlyDictionary<double, long> counts) =>
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key);

    // Cells of one value each.
    private static Marginal Single(double[] values, int[] groups, Grid grid, long rows) => new(
        [.. values.Select(value => new Piece(value, value, 1))], [.. Enumerable.Range(0, values.Length + 1)], new CellDigits(groups), grid, Unlearned(rows));

    // As if one more row had come, with a value of its own.
    private static double Unlearned(long rows) => 1.0 / (rows + 1);

    // Frequent numbers alone, and those that repeat as their neighbours do not; the others in cells of about as many rows each.
    private static Marginal OfNumber(IReadOnlyDictionary<double, long> counts, double[] values, long rows, int groups, Grid grid)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        var shape = new NumberShape(known, [.. known.Select(value => counts[value])], grid);
        var single = values.Where(value => double.IsNaN(value) || counts[value] * 2 * groups >= rows).ToHashSet();
        single.UnionWith(Enumerable.Range(0, known.Length).Where(i => shape.IsAlone(i) && counts[known[i]] >= MinimumOfRepeated)
            .OrderByDescending(i => counts[known[i]]).Select(i => known[i]).Take(MaximumRepeated));
        if (values.Length - single.Count < 2)
            single = [.. values];

        var cells = new List<List<Piece>>();
        int perGroup = (int)Math.Clamp(rows / (groups * RowsOfRange), MinimumPerGroup, MaximumPerGroup);
        double perCell = Math.Max(1, values.Where(value => !single.Contains(value)).Sum(value => (double)counts[value]) / (groups * perGroup)), filled = 0;
        var pieces = new List<Piece>();
        double low = double.NaN, high = double.NaN, inPiece = 0;
        bool isBehindGap = true;
        for (int i = 0; i < known.Length; i++)
        {
            double value = known[i], count = counts[value];
            isBehindGap |= shape.IsBehindGap(i);
            if (single.Contains(value))
                continue;
            filled += count;
            if (shape.IsAlone(i))
            {
                pieces.Add(new Piece(value, value, count));
            }
            else
            {
                if (isBehindGap)
                    Close(next: grid.IsNone ? value : value - grid.Step);
                (high, inPiece, isBehindGap) = (value, inPiece + count, false);
            }
            // Unrounded, a range must reach from one value to another.
            if (filled >= perCell * (cells.Count + 1) && (inPiece == 0 || !grid.IsNone || high > low))
                End();
        }
        End();
        cells.RemoveAll(cell => cell.Count == 0);
        var all = single.Order().Select(value => new List<Piece> { new(value, value, 1) }).Concat(cells).ToList();
        int[] starts =
        [
            .. Enumerable.Range(0, single.Count),
            .. Enumerable.Range(0, (cells.Count + perGroup - 1) / perGroup).Select(group => single.Count + group * perGroup),
            all.Count,
        ];
        var first = new int[all.Count + 1];
        for (int cell = 0; cell < all.Count; cell++)
            first[cell + 1] = first[cell] + all[cell].Count;
        return new Marginal([.. all.SelectMany(Shares)], first, new CellDigits(starts), grid, Unlearned(rows));

        void Close(double next)
        {
            if (inPiece > 0)
                pieces.Add(new Piece(low, high, inPiece));
            (low, inPiece) = (next, 0);
        }

        void End()
        {
            Close(next: high);
            cells.Add(pieces);
            pieces = [];
        }
    }

    private static IEnumerable<Piece> Shares(List<Piece> cell)
    {
        double rows = cell.Sum(piece => piece.Share);
        return cell.Select(piece => piece with { Share = piece.Share / rows });
    }
}
