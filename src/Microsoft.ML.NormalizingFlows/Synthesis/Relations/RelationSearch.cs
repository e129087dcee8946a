using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>Finds what a column may be by those before it. Whether that tells more than trees do is for <see cref="RelationTrial"/> to say.</summary>
/// <param name="sample">(columns, rows): values, NaN where missing.</param>
internal sealed class RelationSearch(double[][] sample)
{
    /// <summary>Rows that are looked at, of which a relation must have as many.</summary>
    private const int Rows = 2_000, MinimumRows = 50;

    /// <summary>Columns of pairs, of sums, and of the pairs of a sum: those that correlate most.</summary>
    private const int MaximumOfPairs = 24, MaximumOfSum = 40, MaximumOfSumPairs = 12;

    /// <summary>Terms of a sum that is built term by term, and how many first ones are tried.</summary>
    private const int MaximumTerms = 3, FirstTerms = 8;

    /// <summary>Rows by which rates are told apart, and the products of two that they are tried with.</summary>
    private const int ScreenedRows = 200, RatedPairs = 4;

    /// <summary>A rate must leave so little of the error of other sums: it is exact, or it is none.</summary>
    private const double Exact = 0.1;

    /// <summary>Of the rows, by whose error it is told.</summary>
    private const double RatedShare = 0.95;

    /// <summary>What rounding to a multiple of a step adds at most, in steps, and a little more.</summary>
    private const double Rounding = 0.501;

    /// <summary>A column has so many times as many values as it differs by from another one.</summary>
    private const int TimesFewer = 4;

    /// <summary>The least share of rows that keep an equality, beyond chance.</summary>
    private const double MinimumShare = 0.01;

    /// <summary>The greatest error of a sum of few terms, and of one of all columns, which trees would have to ask one after the other; by that of the median alone.</summary>
    private const double MaximumError = 0.3, MaximumErrorOfAll = 0.8;

    /// <summary>The greatest error of the medians of groups, by that of the median alone: what groups tell less of, trees tell as well.</summary>
    private const double MaximumErrorOfCentres = 0.25;

    /// <summary>The share of rows in groups that have a median, at least.</summary>
    private const double KeptOfCentres = 0.5;

    /// <summary>Values whose squares have a sum.</summary>
    private const double Greatest = 1e150;

    /// <summary>By which one more term must lessen the error.</summary>
    private const double Worth = 0.9;

    /// <summary>The most likely equality, the difference of fewest values and the closest sum, where there are such.</summary>
    /// <param name="number">Of the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="before">Numbers of the columns that it may be told by.</param>
    /// <param name="frequent">Its values that stand out.</param>
    public IEnumerable<Relation> Of(int number, TableColumn column, IReadOnlyList<int> before, double[] frequent)
    {
        double[] target = sample[number];
        int[] rows = [.. Enumerable.Range(0, target.Length).Where(row => !double.IsNaN(target[row]) && !frequent.Contains(target[row])).Take(Rows)];
        if (rows.Length < MinimumRows)
            yield break;
        int[] related = [.. before.Where(other => rows.Count(row => double.IsNaN(sample[other][row])) * 2 < rows.Length)
            .OrderByDescending(other => Math.Abs(Correlation(rows, sample[other], target)))];
        if (Equality(number, column, related, rows) is { } equality)
            yield return equality;
        if (Difference(number, column, related, rows, frequent) is { } difference)
            yield return difference;
        if (Sum(number, column, related, rows, frequent) is { } sum)
            yield return sum;
    }

    /// <summary>The column whose groups tell most of a number, by as little as rows are from the medians of theirs; null where none tells enough.</summary>
    /// <param name="number">Of the column.</param>
    /// <param name="column">The column.</param>
    /// <param name="groups">Numbers of the columns that make groups.</param>
    /// <param name="frequent">Its values that stand out.</param>
    /// <param name="rows">That medians are of.</param>
    public Relation? Centres(int number, TableColumn column, IEnumerable<int> groups, double[] frequent, IEnumerable<int> rows)
    {
        int[] told = [.. rows.Where(row => !double.IsNaN(sample[number][row]) && !frequent.Contains(sample[number][row]))];
        if (told.Length < MinimumRows)
            return null;
        double[] target = Array.ConvertAll(told, row => sample[number][row]);
        double least = MaximumErrorOfCentres * TrimmedFit.Of([], target).Error;
        GroupCentres? best = null;
        foreach (int group in groups)
        {
            var centres = GroupCentres.Of(group, Array.ConvertAll(told, row => sample[group][row]), target);
            double[] left = [.. told.Select(row => sample[number][row] - centres.Of(sample[group][row])).Where(left => !double.IsNaN(left))];
            if (left.Length >= KeptOfCentres * told.Length && TrimmedFit.Largest(left, share: 0.5) is var error && error < least)
                (best, least) = (centres, error);
        }
        return best is null ? null : new Relation([new RelationTerm(1, [], best)], 0, IsEquality: false, frequent, column.Grid, column.IsSingle);
    }

    // Another column and one of a few numbers, as a day follows another by some nights.
    private Relation? Difference(int number, TableColumn column, int[] related, int[] rows, double[] frequent)
    {
        if (column.Grid.IsNone)
            return null;
        int fewest = rows.Select(row => sample[number][row]).Distinct().Count() / TimesFewer;
        Relation? best = null;
        foreach (int other in related.Take(MaximumOfPairs))
        {
            int differences = rows.Select(row => column.Grid.Round(sample[number][row] - sample[other][row])).Where(double.IsFinite).Distinct().Count();
            if (differences > 1 && differences <= fewest)
                (best, fewest) = (new Relation([new(1, other)], 0, IsEquality: false, frequent, column.Grid, column.IsSingle), differences - 1);
        }
        return best;
    }

    private Relation? Equality(int number, TableColumn column, int[] related, int[] rows)
    {
        Relation? best = null;
        double most = MinimumShare;
        int[] paired = related[..Math.Min(related.Length, MaximumOfPairs)];
        foreach (int first in paired)
        {
            Try([new(1, first)]);
            foreach (int second in paired)
            {
                if (first == second)
                    continue;
                Try([new(1, first), new(-1, second)]);
                Try([Pair(first, second, -1)]);
                if (first < second)
                {
                    Try([new(1, first), new(1, second)]);
                    Try([Pair(first, second, 1)]);
                }
            }
        }
        return best;

        void Try(RelationTerm[] terms)
        {
            var relation = new Relation(terms, 0, IsEquality: true, [], column.Grid, column.IsSingle);
            double share = Excess(relation, sample[number], rows);
            if (share > most)
                (best, most) = (relation, share);
        }
    }

    private static RelationTerm Pair(int first, int second, int exponent) => new(1, [new(first, 1), new(second, exponent)]);

    // The share of rows that keep an equality, less that of rows that keep it with the value of another row.
    private double Excess(Relation relation, double[] target, int[] rows)
    {
        int[] columns = [.. relation.Terms.SelectMany(term => term.Powers).Select(power => power.Column)];
        var row = new double[sample.Length];
        int kept = 0, chance = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            foreach (int column in columns)
                row[column] = sample[column][rows[i]];
            kept += relation.Departure(row, target[rows[i]]) == 0 ? 1 : 0;
            chance += relation.Departure(row, target[rows[(i + rows.Length / 2) % rows.Length]]) == 0 ? 1 : 0;
            // Most are none, and soon known to be.
            if (i == rows.Length / 10 && kept == 0)
                return 0;
        }
        return (kept - chance) / (double)rows.Length;
    }

    // The closest of a sum that is built term by term, one of all columns, and a product of powers.
    private Relation? Sum(int number, TableColumn column, int[] related, int[] rows, double[] frequent)
    {
        int[] whole = Array.FindAll(rows, row => related.Take(MaximumOfSum).All(other => double.IsFinite(sample[other][row])));
        if (whole.Length < MinimumRows || related.Length == 0)
            return null;
        double[] target = Array.ConvertAll(whole, row => sample[number][row]);
        double alone = TrimmedFit.Of([], target).Error;
        if (!(alone > 0))
            return null;
        var columns = related.Take(MaximumOfSum).Select(other => Of(new RelationTerm(1, other), whole)).Where(IsTelling).ToArray();
        var pairs = Pairs(related[..Math.Min(related.Length, MaximumOfSumPairs)]).Select(term => Of(term, whole)).Where(IsTelling).ToArray();
        var (terms, fit) = Greedy(columns, target);
        // A square of a date is as good as the date: what has more factors must be worth them.
        if (fit.Error > 0 && Greedy([.. columns, .. pairs], target) is var other && other.Fit.Error < Worth * fit.Error)
            (terms, fit) = other;
        var all = fit.Error > 0 ? TrimmedFit.Of([.. columns.Select(one => one.Values)], target) : fit;
        if (columns.Length > MaximumTerms && all.Error < Worth * fit.Error)
            (terms, fit) = (columns, all);
        if (Product(columns, target, whole) is { } product && product.Fit.Error < Worth * fit.Error)
            (terms, fit) = product;
        // What rounding adds is no error: half of it in the median row, all of it at most.
        double share = 0.5, rounding = column.Grid.Step / 4, outer = Outer(terms, fit, target);
        if (outer > column.Grid.Step && Rated(columns, pairs, target, whole, Math.Max(column.Grid.Step, Exact * outer)) is { } rated)
            (terms, fit, share, rounding) = (rated.Terms, rated.Fit, RatedShare, Rounding * column.Grid.Step);
        if (!(fit.Error <= MaximumError * alone))
            (terms, fit) = (columns, all);
        if (!(fit.Error <= MaximumErrorOfAll * alone))
            return null;
        fit = fit.Rounded([.. terms.Select(one => one.Values)], target, rounding, share);
        RelationTerm[] kept = [.. terms.Select((one, i) => one.Term with { Factor = fit.Factors[i] }).Where(term => term.Factor != 0)];
        if (kept.Length == 0)
            return null;
        var sum = new Relation(kept, fit.Constant, IsEquality: false, [], column.Grid, column.IsSingle);
        return KeepsFrequent(sum, number, frequent) ? sum : sum with { Frequent = frequent };
    }

    // Whether values that stand out are no exceptions, as the price of the one that is bought most.
    private bool KeepsFrequent(Relation sum, int number, double[] frequent)
    {
        int[] rows = [.. Enumerable.Range(0, sample[number].Length).Where(row => frequent.Contains(sample[number][row]))];
        return RelationFit.IsKept(sum, [.. rows.Select(row => sum.Departure(Array.ConvertAll(sample, column => column[row]), sample[number][row]))]);
    }

    // A column, or a product of two, times a rate that is a number of a third: a price less so many per cent, an amount with its tax.
    private (Feature[] Terms, TrimmedFit Fit)? Rated(Feature[] columns, Feature[] pairs, double[] target, int[] rows, double most)
    {
        double[] some = target[..Math.Min(target.Length, ScreenedRows)];
        int[] all = [.. Enumerable.Range(0, target.Length)];
        Feature[] bases = [.. columns.Take(MaximumOfSumPairs), .. pairs.OrderByDescending(one => Math.Abs(Correlation(all, one.Values, target))).Take(RatedPairs)];
        (Feature[] Terms, double Error) best = ([], most);
        foreach (var whole in bases)
        {
            foreach (var rate in columns)
            {
                if (Array.Exists(whole.Term.Powers, power => power.Column == rate.Term.Powers[0].Column))
                    continue;
                double[] values = whole.Values[..some.Length];
                double[][] features = [values, [.. values.Zip(rate.Values, (value, part) => value * part)]];
                double error = TrimmedFit.Largest(TrimmedFit.Of(features, some).Left(features, some), RatedShare);
                if (error < best.Error)
                    best = ([whole, Of(new RelationTerm(1, [.. whole.Term.Powers, rate.Term.Powers[0]]), rows)], error);
            }
        }
        if (best.Terms.Length == 0 || !Array.TrueForAll(best.Terms, IsTelling))
            return null;
        var fit = TrimmedFit.Of([.. best.Terms.Select(one => one.Values)], target);
        return Outer(best.Terms, fit, target) <= most ? (best.Terms, fit) : null;
    }

    private static double Outer(Feature[] terms, TrimmedFit fit, double[] target) => TrimmedFit.Largest(fit.Left([.. terms.Select(one => one.Values)], target), RatedShare);

    // A sum of logarithms, of columns that are above 0.
    private (Feature[] Terms, TrimmedFit Fit)? Product(Feature[] columns, double[] target, int[] rows)
    {
        Feature[] logs = [.. columns.Where(one => one.Values.All(value => value > 0)).Select(one => one with { Values = Array.ConvertAll(one.Values, Math.Log) })];
        if (logs.Length == 0 || !target.All(value => value > 0))
            return null;
        double[] log = Array.ConvertAll(target, Math.Log);
        var (factors, fit) = Greedy(logs, log);
        if (factors.Length == 0)
            return null;
        fit = fit.Rounded([.. factors.Select(one => one.Values)], log);
        var product = Of(new RelationTerm(1, [.. factors.Select((one, i) => new ColumnPower(one.Term.Powers[0].Column, fit.Factors[i])).Where(power => power.Exponent != 0)]), rows);
        return product.Term.Powers.Length > 0 && IsTelling(product) ? ([product], TrimmedFit.Of([product.Values], target)) : null;
    }

    private Feature Of(RelationTerm term, int[] rows) => new(term, Values(term, rows));

    private static bool IsTelling(Feature feature) => Array.TrueForAll(feature.Values, value => Math.Abs(value) <= Greatest) && feature.Values.Any(value => value != feature.Values[0]);

    private double[] Values(RelationTerm term, int[] rows)
    {
        var row = new double[sample.Length];
        return Array.ConvertAll(rows, at =>
        {
            foreach (var power in term.Powers)
                row[power.Column] = sample[power.Column][at];
            return term.Of(row);
        });
    }

    private static IEnumerable<RelationTerm> Pairs(int[] columns)
    {
        foreach (int first in columns)
        {
            foreach (int second in columns)
            {
                if (first <= second)
                    yield return Pair(first, second, 1);
                if (first != second)
                    yield return Pair(first, second, -1);
            }
        }
    }

    // Term by term, each time the one that correlates most with what is open (orthogonal matching pursuit, Pati et al. 1993), from several first ones.
    private static (Feature[] Terms, TrimmedFit Fit) Greedy(Feature[] features, double[] target)
    {
        Feature[] best = [];
        var closest = TrimmedFit.Of([], target);
        int[] all = [.. Enumerable.Range(0, target.Length)];
        foreach (var first in features.OrderByDescending(one => Math.Abs(Correlation(all, one.Values, target))).Take(FirstTerms))
        {
            Feature[] terms = [first];
            var fit = TrimmedFit.Of([first.Values], target);
            Keep(terms, fit);
            while (terms.Length < MaximumTerms && fit.Error > 0)
            {
                double[] open = fit.Left([.. terms.Select(one => one.Values)], target);
                int[] inner = Inner(open);
                terms = [.. terms, features.MaxBy(one => Math.Abs(Correlation(inner, one.Values, open)))!];
                fit = TrimmedFit.Of([.. terms.Select(one => one.Values)], target);
                Keep(terms, fit);
            }
        }
        return (best, closest);

        void Keep(Feature[] terms, TrimmedFit fit)
        {
            if (fit.Error < (terms.Length > best.Length ? Worth : 1) * closest.Error || fit.Error == closest.Error && terms.Length < best.Length)
                (best, closest) = (terms, fit);
        }
    }

    // All but the rows that are farthest off.
    private static int[] Inner(double[] open)
    {
        int[] rows = [.. Enumerable.Range(0, open.Length).OrderBy(row => Math.Abs(open[row]))];
        return rows[..(int)Math.Ceiling(0.9 * rows.Length)];
    }

    private static double Correlation(int[] rows, double[] one, double[] other)
    {
        double count = 0, a = 0, b = 0;
        foreach (int row in rows)
        {
            if (double.IsNaN(one[row]))
                continue;
            (count, a, b) = (count + 1, a + one[row], b + other[row]);
        }
        (a, b) = (a / count, b / count);
        double aa = 0, bb = 0, ab = 0;
        foreach (int row in rows)
        {
            if (double.IsNaN(one[row]))
                continue;
            double x = one[row] - a, y = other[row] - b;
            (aa, bb, ab) = (aa + x * x, bb + y * y, ab + x * y);
        }
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }

    private sealed record Feature(RelationTerm Term, double[] Values);
}
