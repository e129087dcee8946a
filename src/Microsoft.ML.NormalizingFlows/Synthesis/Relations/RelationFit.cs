using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>Which columns are learned by how far they depart from others: those whose held-out rows become more likely by it.</summary>
internal static class RelationFit
{
    /// <summary>A value of one row in so many stands out where it has so many times the rows of its neighbours.</summary>
    private const int RowsOfFrequent = 64, TimesNeighbours = 4, Neighbours = 4;

    /// <summary>The fewest different values of a column that departs from others, and of these: two rates of a tax make a product.</summary>
    private const int MinimumValues = 3, MinimumOfOther = 2;

    /// <summary>The fewest groups of rows whose medians a column may depart from.</summary>
    private const int MinimumGroups = 10;

    /// <summary>
    /// A relation must make the rows that it speaks of likelier by this factor, beyond so many standard errors; a sum by anything, where it is nearer to them than trees
    /// are: that it keeps correlations which trees blur, densities hardly tell. What nearly all rows keep to the last digit is a rule, whatever it is worth to densities: trees may keep it in most.
    /// </summary>
    private const double MinimumFactor = 1.25, StandardErrors = 3;

    /// <summary>
    /// Or medians of groups, where of all but so few rows values that are drawn by these are so many times nearer: trees take some rows of one town for another's, which the
    /// density of most does not tell.
    /// </summary>
    private const double OuterShare = 0.98, TimesNearer = 2;

    /// <summary>The share of rows that keep a rule, at least, and of those that keep it to the last digit: halves are rounded one way or the other.</summary>
    private const double Kept = 0.99, KeptExactly = 0.95;

    /// <summary>The relation of each column, or null.</summary>
    /// <param name="codes">Of the columns, in order.</param>
    /// <param name="sample">(columns, rows): values of some rows.</param>
    /// <param name="counts">Rows of each value, of each column.</param>
    /// <param name="options">Threads.</param>
    public static Relation?[] Of(IReadOnlyList<ColumnCode> codes, double[][] sample, Dictionary<double, long>[] counts, ParallelOptions options)
    {
        var relations = new Relation?[codes.Count];
        var search = new RelationSearch(sample);
        var candidates = new List<Relation>[codes.Count];
        var trial = new RelationTrial(sample, options);
        Parallel.For(0, codes.Count, options, place =>
        {
            var code = codes[place];
            candidates[place] = [];
            if (code.Ordering is not null || !IsTelling(code, counts, MinimumValues))
                return;
            double[] frequent = Frequent(counts[code.Number]);
            int[] before = [.. codes.Take(place).Where(other => IsTelling(other, counts, MinimumOfOther)).Select(other => other.Number)];
            if (before.Length > 0)
                candidates[place].AddRange(search.Of(code.Number, code.Column, before, frequent));
            // Of held-out rows medians are to know nothing. Values that have a cell each are kept by that.
            if (!IsSingle(code) && search.Centres(code.Number, code.Column, Grouping(place), frequent, trial.Training) is { } centres)
                candidates[place].Add(centres);
        });
        for (int place = 0; place < codes.Count; place++)
        {
            if (candidates[place].Count == 0)
                continue;
            var alone = trial.Run([.. codes.Take(place + 1)]);
            relations[place] = candidates[place].Select(relation => (Relation: relation, Gain: Gain(relation, codes[place].Number, alone, trial.Run(With(codes, place, relation, sample)))))
                .Where(one => one.Gain > 0).DefaultIfEmpty().MaxBy(one => one.Gain).Relation;
            if (relations[place] is { Terms: [{ Centres: { } chosen }] } kept)
                relations[place] = search.Centres(codes[place].Number, codes[place].Column, [chosen.Column], kept.Frequent, Enumerable.Range(0, sample[0].Length)) ?? kept;
        }
        return relations;

        // Columns before one whose values, of which there are more than trees tell apart with ease, make groups of rows.
        int[] Grouping(int place) => [.. codes.Take(place).Where(other => other.Ordering is null && other.Marginal.Count >= MinimumGroups && IsSingle(other)).Select(other => other.Number)];

        // The mean gain of all rows; 0 where it is too small to matter, or by chance.
        double Gain(Relation relation, int number, TrialRow[] alone, TrialRow[] related)
        {
            double[] gains = [.. alone.Zip(related, (one, other) => other.Log - one.Log)];
            double mean = gains.Average(), error = Math.Sqrt(gains.Average(gain => (gain - mean) * (gain - mean)) / gains.Length);
            double told = related.Average(row => row.IsTold ? 1.0 : 0);
            bool isPlain = mean > StandardErrors * error && mean > Math.Log(MinimumFactor) * told;
            if (IsRule(relation, number) || relation.Terms[0].Centres is not null && StaysInGroup(relation, number, alone))
                return Math.Max(mean, double.Epsilon);
            return isPlain || mean > 0 && !relation.IsEquality && IsNearer(relation, number, alone) ? mean : 0;
        }

        // What one column alone decides, cells keep.
        bool IsRule(Relation relation, int number) => relation.Terms.SelectMany(term => term.Columns).Distinct().Count() > 1
            && IsKept(relation, Departures(relation, number));

        static bool IsSingle(ColumnCode code) => code.Marginal.IsSingle(code.Marginal.Count - 1, out _);

        double[] Row(int row) => Array.ConvertAll(sample, column => column[row]);

        double[] Departures(Relation relation, int number) => [.. trial.HeldOut.Select(held => relation.Departure(Row(held), sample[number][held]))];

        // Whether half of the held-out rows are nearer to a relation than they are to the trees.
        bool IsNearer(Relation relation, int number, TrialRow[] alone) =>
            IsLess(Departures(relation, number), [.. trial.HeldOut.Zip(alone, (held, row) => sample[number][held] - row.Median)], share: 0.5, times: 1);

        // Whether what a relation draws, which departs as another row does, is nearer than what trees draw, but for a few rows.
        bool StaysInGroup(Relation relation, int number, TrialRow[] alone)
        {
            double[] departures = Departures(relation, number);
            double[] drawn = [.. departures.Select((departure, i) => departure - departures[(i + departures.Length / 2) % departures.Length])];
            return IsLess(drawn, [.. trial.HeldOut.Zip(alone, (held, row) => sample[number][held] - row.Drawn)], OuterShare, TimesNearer);
        }

        static bool IsLess(double[] errors, double[] others, double share, double times)
        {
            var known = errors.Zip(others).Where(pair => !double.IsNaN(pair.First) && !double.IsNaN(pair.Second)).ToArray();
            return known.Length > 0 && times * TrimmedFit.Largest([.. known.Select(pair => pair.First)], share) < TrimmedFit.Largest([.. known.Select(pair => pair.Second)], share);
        }
    }

    /// <summary>Whether nearly all rows that depart so far keep a relation.</summary>
    public static bool IsKept(Relation relation, double[] departures) =>
        departures.Count(departure => Math.Abs(departure) <= relation.Grid.Step) > Kept * departures.Length && departures.Count(departure => departure == 0) > KeptExactly * departures.Length;

    /// <summary>The cells of departures.</summary>
    /// <param name="code">Of the column.</param>
    /// <param name="relation">What it departs from.</param>
    /// <param name="departures">How many rows each has, NaN where nothing is said.</param>
    /// <param name="place">Of the new code.</param>
    public static ColumnCode Code(ColumnCode code, Relation relation, Dictionary<double, long> departures, int place)
    {
        // There is always room for a row that does not keep it.
        departures.TryAdd(double.NaN, 1);
        return new ColumnCode(code.Number, code.Column, MarginalFit.Of(departures, isNumber: true, code.Column.Grid), null, place, relation);
    }

    private static bool IsTelling(ColumnCode code, Dictionary<double, long>[] counts, int least) => code.Column.IsNumber && counts[code.Number].Keys.Count(value => !double.IsNaN(value)) >= least;

    private static ColumnCode[] With(IReadOnlyList<ColumnCode> codes, int place, Relation relation, double[][] sample)
    {
        var departures = new Dictionary<double, long>();
        var values = new double[sample.Length];
        for (int row = 0; row < sample[0].Length; row++)
        {
            for (int column = 0; column < values.Length; column++)
                values[column] = sample[column][row];
            double departure = relation.Departure(values, values[codes[place].Number]);
            departures[departure] = departures.GetValueOrDefault(departure) + 1;
        }
        return [.. codes.Take(place), Code(codes[place], relation, departures, place), codes[place] with { Place = place + 1 }];
    }

    // Values that many rows have and their neighbours do not.
    private static double[] Frequent(Dictionary<double, long> counts)
    {
        double[] values = [.. counts.Keys.Where(value => !double.IsNaN(value)).Order()];
        long rows = counts.Values.Sum();
        return [.. values.Where((value, i) =>
        {
            if (counts[value] * RowsOfFrequent < rows)
                return false;
            int first = Math.Max(0, i - Neighbours), last = Math.Min(values.Length - 1, i + Neighbours);
            double others = Enumerable.Range(first, last - first + 1).Where(other => other != i).Average(other => (double)counts[values[other]]);
            return counts[value] > TimesNeighbours * others;
        })];
    }
}
