using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>Learns from a table how its rows are written: one pass over the rows, and others where columns have an order, or are told by others.</summary>
internal static class CodecFit
{
    /// <summary>Rows among which relations are sought.</summary>
    private const int SampleRows = 12_000;

    /// <param name="input">The table.</param>
    /// <param name="columns">Of it, as <see cref="ColumnRules.Apply"/> made them.</param>
    /// <param name="combinations">Names of columns whose values go together.</param>
    /// <param name="options">Threads.</param>
    /// <exception cref="ArgumentException">The order of columns makes no sense.</exception>
    /// <exception cref="InvalidOperationException">A row breaks a rule or has an infinite value, or there are fewer than two rows.</exception>
    public static TableCodec Of(IDataView input, TableColumn[] columns, IEnumerable<IReadOnlyCollection<string>> combinations, ParallelOptions options)
    {
        var seen = SeenCombinations.Of(columns, combinations);
        var order = ColumnOrder.Of(columns);
        LearnLongs(input, columns, order);
        var counts = Array.ConvertAll(columns, _ => new Dictionary<double, long>());
        var rules = new RowRules(columns, order);
        long rows = 0;
        var sample = new RowSample(columns.Length, SampleRows);
        ForEachRow(input, columns, values =>
        {
            rules.Check(rows++, values);
            sample.Add(values);
            for (int i = 0; i < values.Length; i++)
                Count(counts[i], values[i]);
        });
        if (rows < 2)
            throw new InvalidOperationException($"The table has {rows} row(s): a synthesizer needs at least 2, and some hundreds to be any good.");
        for (int i = 0; i < columns.Length; i++)
            columns[i].Learn(counts[i].Keys, order.IsOrdered(i));
        var orderings = columns.Select((column, i) => order.Lower[i].Length == 0 ? null : OrderingOf(column, order.Lower[i], counts[i].Keys)).ToArray();
        CountExcess(input, columns, orderings, counts);

        var codes = new List<ColumnCode>();
        // Columns of very many categories last: what a fork can hardly ask, leaves tell all the same.
        foreach (int i in order.Sequence.Where(i => columns[i].Keys is null).OrderBy(i => !columns[i].IsNumber && counts[i].Count > CellTree.MaximumPlaces))
        {
            var marginal = MarginalFit.Of(Rounded(columns[i], counts[i], orderings[i]), columns[i].IsNumber, columns[i].Grid);
            codes.Add(new ColumnCode(i, columns[i], marginal, orderings[i], codes.Count));
        }
        double[][] some = sample.ToColumns();
        var orders = ValueOrder.Among(codes, some);
        codes = Related(input, columns, codes, RelationFit.Of(codes, some, counts, options));
        if (seen.Length > 0 || orders.Count > 0)
        {
            ForEachRow(input, columns, values =>
            {
                foreach (var combination in seen)
                    combination.Add(values);
                orders.RemoveAll(order => !order.Holds(values));
            });
        }
        return new TableCodec(columns, codes, seen, orders);
    }

    // With a code of its own before that of each column that departs from others.
    private static List<ColumnCode> Related(IDataView input, TableColumn[] columns, List<ColumnCode> codes, Relation?[] relations)
    {
        if (Array.TrueForAll(relations, relation => relation is null))
            return codes;
        var departures = Array.ConvertAll(relations, _ => new Dictionary<double, long>());
        ForEachRow(input, columns, values =>
        {
            for (int place = 0; place < relations.Length; place++)
            {
                if (relations[place] is { } relation)
                    Count(departures[place], relation.Departure(values, values[codes[place].Number]));
            }
        });
        var all = new List<ColumnCode>();
        foreach (var code in codes)
        {
            if (relations[code.Place] is { } relation)
                all.Add(RelationFit.Code(code, relation, departures[code.Place], all.Count));
            all.Add(code with { Place = all.Count });
        }
        return all;
    }

    // Values of 64 bits, before they become numbers: dates are compared with one another, and so counted from one origin; numbers only by rule.
    private static void LearnLongs(IDataView input, TableColumn[] columns, ColumnOrder order)
    {
        int[] longs = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].IsLong)];
        if (longs.Length == 0)
            return;
        var counts = Array.ConvertAll(longs, _ => new Dictionary<Int128, long>());
        using (var cursor = input.GetRowCursor(longs.Select(i => input.Schema[columns[i].Name])))
        {
            var readers = Array.ConvertAll(longs, i => columns[i].LongReader(cursor, learns: true));
            while (cursor.MoveNext())
            {
                for (int i = 0; i < longs.Length; i++)
                    CollectionsMarshal.GetValueRefOrAddDefault(counts[i], readers[i](), out _)++;
            }
        }
        var dates = longs.Index().Where(pair => columns[pair.Item].IsDate).SelectMany(pair => counts[pair.Index].Keys).Order().ToArray();
        Int128 midnight = dates.Length == 0 ? 0 : new DateTime(new DateTime((long)dates[dates.Length / 2]).Year, 1, 1).Ticks;
        for (int i = 0; i < longs.Length; i++)
        {
            int column = longs[i];
            columns[column].LearnLongs(counts[i], columns[column].IsDate ? midnight : order.IsOrdered(column) ? 0 : null);
        }
    }

    private static Ordering OrderingOf(TableColumn column, (int Column, bool Strict)[] lower, IEnumerable<double> values)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value)).Select(column.Rounded).DefaultIfEmpty(0)];
        return new Ordering(lower, column.Grid, known.Min(), known.Max());
    }

    // In place of the values of a column with an order, what they exceed the least that their rows allow.
    private static void CountExcess(IDataView input, TableColumn[] columns, Ordering?[] orderings, Dictionary<double, long>[] counts)
    {
        int[] ordered = [.. Enumerable.Range(0, columns.Length).Where(i => orderings[i] is not null)];
        if (ordered.Length == 0)
            return;
        foreach (int i in ordered)
            counts[i].Clear();
        ForEachRow(input, columns, values =>
        {
            foreach (int i in ordered)
                Count(counts[i], orderings[i]!.Grid.Round(values[i] - orderings[i]!.Floor(values)));
        });
    }

    private static Dictionary<double, long> Rounded(TableColumn column, Dictionary<double, long> counts, Ordering? ordering) =>
        ordering is null ? counts.GroupBy(pair => column.Rounded(pair.Key), pair => pair.Value).ToDictionary(group => group.Key, group => group.Sum()) : counts;

    private static void ForEachRow(IDataView input, TableColumn[] columns, Action<double[]> take)
    {
        using var cursor = input.GetRowCursor(input.Schema.Where(column => !column.IsHidden));
        var readers = Array.ConvertAll(columns, column => column.Reader(cursor, learns: true));
        var values = new double[columns.Length];
        while (cursor.MoveNext())
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = readers[i]();
            take(values);
        }
    }

    private static void Count(Dictionary<double, long> counts, double value) => counts[value] = counts.GetValueOrDefault(value) + 1;
}
