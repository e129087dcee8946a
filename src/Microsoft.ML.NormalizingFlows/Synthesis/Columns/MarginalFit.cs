namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Chooses the cells of a column by how often its values are.</summary>
internal static class MarginalFit
{
    /// <summary>More, smaller cells show more of the shape, and lose more in noise: of n rows, a cell of a range has sqrt(n) by this.</summary>
    private const double CellsPerRoot = 5;
    private const int MinimumOfCell = 8;

    /// <summary>A cell that is longer than one part in so many of the whole range needs no more than so many rows: the tails hold most of the spread.</summary>
    private const int MaximumOfWide = 500, MinimumOfWide = 3;

    /// <summary>A number that repeats as its neighbours do not, or that is far from all others, has a cell of its own where it has as many rows, up to so many cells.</summary>
    private const int MinimumOfRepeated = 4, MaximumRepeated = 1_024;

    /// <summary>But not one of many, of which half came again by chance: to draw these as often as they came, given the other columns, would copy rows.</summary>
    private const double MinimumKept = 2.0 / 3;

    /// <summary>Numbers whose values have as many rows each on average, fewer where they are names, have cells of their own, up to so many; and any where there are very few.</summary>
    private const int RowsOfSingleCell = 10, RowsOfName = 3, MaximumSingleCells = 4_096, MinimumSingleCells = 8;

    /// <summary>One row of so many makes a number frequent.</summary>
    private const int RowsOfFrequent = 64;

    /// <summary>Kolmogorov's limit of sqrt(m) times the greatest difference of m values from an even spread, exceeded by chance in one of a hundred.</summary>
    private const double Uneven = 1.63;

    /// <param name="counts">How many rows each value has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order; else they are names of categories.</param>
    /// <param name="grid">What nearly all values are multiples of.</param>
    public static Marginal Of(IReadOnlyDictionary<double, long> counts, bool isNumber, Grid grid)
    {
        long rows = counts.Values.Sum();
        if (!isNumber)
            return Single([.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key)], grid, rows);
        var values = counts.Keys.Order().ToArray();     // NaN first
        return values.Length <= MinimumSingleCells || values.Length <= MaximumSingleCells && rows >= (long)RowsOfName * values.Length && (rows >= (long)RowsOfSingleCell * values.Length || AreNames(counts, grid))
            ? Single(values, grid, rows)
            : OfNumber(counts, values, rows, grid);
    }

    private static bool AreNames(IReadOnlyDictionary<double, long> counts, Grid grid)
    {
        double[] known = [.. counts.Keys.Where(value => !double.IsNaN(value)).Order()];
        return NumberNames.Are(known, Array.ConvertAll(known, value => counts[value]), grid);
    }

    // Cells of one value each.
    private static Marginal Single(double[] values, Grid grid, long rows) =>
        new([.. values.Select(value => new Piece(value, value, 1))], [.. Enumerable.Range(0, values.Length + 1)], grid, Unlearned(rows));

    // As if one more row had come, with a value of its own.
    private static double Unlearned(long rows) => 1.0 / (rows + 1);

    // Frequent numbers alone, and those that repeat as their neighbours do not; the others in cells of about as many rows each.
    private static Marginal OfNumber(IReadOnlyDictionary<double, long> counts, double[] values, long rows, Grid grid)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        long[] own = Array.ConvertAll(known, value => counts[value]);
        var shape = new NumberShape(known, own, grid);
        var single = values.Where(value => double.IsNaN(value) || counts[value] * RowsOfFrequent >= rows).ToHashSet();
        var chance = new GoodTuring(own);
        double[] kept = [.. own.Select((count, i) => shape.IsAlone(i) && shape.IsAmongOthers(i) ? chance.Kept(count) : 1)];
        single.UnionWith(Enumerable.Range(0, known.Length).Where(i => shape.IsAlone(i) && own[i] >= MinimumOfRepeated && kept[i] >= MinimumKept)
            .OrderByDescending(i => own[i]).Select(i => known[i]).Take(MaximumRepeated));
        if (values.Length - single.Count < 2)
            single = [.. values];

        var cells = new List<List<Piece>>();
        double perCell = Math.Max(MinimumOfCell, Math.Sqrt(rows) / CellsPerRoot), filled = 0;
        double wide = known.Length == 0 ? 0 : (known[^1] - known[0]) / MaximumOfWide;
        List<Piece> pieces = [];
        List<(double Value, long Count)> range = [];
        double low = double.NaN;
        bool isBehindGap = true;
        for (int i = 0; i < known.Length; i++)
        {
            double value = known[i];
            isBehindGap |= shape.IsBehindGap(i);
            if (single.Contains(value))
                continue;
            // What stands on two sides of a gap, as the latitudes of two towns do, is told apart.
            if (isBehindGap && filled >= MinimumOfCell && !shape.IsAlone(i))
                End();
            filled += counts[value];
            if (shape.IsAlone(i))
            {
                pieces.Add(new Piece(value, value, counts[value] * kept[i]));
            }
            else
            {
                if (isBehindGap)
                    Close(next: grid.IsNone ? value : value - grid.Step);
                range.Add((value, counts[value]));
                isBehindGap = false;
            }
            // Unrounded, a range must reach from one value to another.
            bool isFull = filled >= perCell || filled >= MinimumOfWide && range.Count > 0 && range[^1].Value - low > wide;
            if (isFull && (range.Count == 0 || !grid.IsNone || range[^1].Value > low))
                End();
        }
        End();
        cells.RemoveAll(cell => cell.Count == 0);
        var all = single.Order().Select(value => new List<Piece> { new(value, value, 1) }).Concat(cells).ToList();
        var first = new int[all.Count + 1];
        for (int cell = 0; cell < all.Count; cell++)
            first[cell + 1] = first[cell] + all[cell].Count;
        return new Marginal([.. all.SelectMany(Shares)], first, grid, Unlearned(rows));

        void Close(double next)
        {
            if (range.Count > 0)
                pieces.AddRange(Even(range.ToArray(), low));
            low = next;
            range.Clear();
        }

        void End()
        {
            Close(next: range.Count > 0 ? range[^1].Value : low);
            cells.Add(pieces);
            (pieces, filled) = ([], 0);
        }
    }

    // A range, cut until values are spread evenly over each part: in a tail they are not.
    private static IEnumerable<Piece> Even(ReadOnlyMemory<(double Value, long Count)> range, double low)
    {
        var values = range.Span;
        double rows = 0, before = 0, greatest = 0, high = values[^1].Value;
        foreach (var (_, count) in values)
            rows += count;
        int cut = 0;
        for (int i = 0; i < values.Length - 1; i++)
        {
            before += values[i].Count;
            double difference = Math.Abs(before / rows - (values[i].Value - low) / (high - low));
            if (difference > greatest && values[i].Value > low)
                (greatest, cut) = (difference, i + 1);
        }
        return greatest * Math.Sqrt(rows) <= Uneven || cut == 0
            ? [new Piece(low, high, rows)]
            : Even(range[..cut], low).Concat(Even(range[cut..], values[cut - 1].Value));
    }

    private static IEnumerable<Piece> Shares(List<Piece> cell)
    {
        double rows = cell.Sum(piece => piece.Share);
        return cell.Select(piece => piece with { Share = piece.Share / rows });
    }
}
