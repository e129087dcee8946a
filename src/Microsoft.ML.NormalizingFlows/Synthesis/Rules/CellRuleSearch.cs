using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>Finds what all training rows keep: columns that another one decides, and values that never come together.</summary>
internal static class CellRuleSearch
{
    /// <summary>How many rows two groups would share if the columns were independent, from which it is no chance that none does: e^-20 is 2e-9.</summary>
    internal const double MinimumExpected = 20;

    /// <summary>Values of a column that are looked at one by one, the most frequent ones; and of one that another decides.</summary>
    private const int MaximumAlone = 63, MaximumDecided = 1_024;

    /// <summary>Pairs times rows that are looked at before a rule is held against all rows.</summary>
    private const double MaximumWork = 1e9;

    /// <param name="codes">The columns.</param>
    /// <param name="cells">Of the training rows.</param>
    /// <param name="options">Threads.</param>
    public static CellRule[] Of(IReadOnlyList<ColumnCode> codes, TrainingCells cells, ParallelOptions options)
    {
        int[] places = [.. Enumerable.Range(0, codes.Count).Where(place => codes[place].Relation is null && cells.Counts[place].Count(count => count > 0) > 1)];
        var alone = new int[codes.Count][];
        foreach (int place in places)
            alone[place] = Alone(codes[place], cells.Counts[place]);
        double pairs = places.Length * (places.Length - 1) / 2.0;
        int stride = (int)Math.Ceiling(pairs * cells.Rows / MaximumWork);
        var found = new List<CellRule>[codes.Count];
        Parallel.ForEach(places, options, second =>
        {
            found[second] = [];
            foreach (int first in places.TakeWhile(first => first < second))
            {
                CellRule?[] rules = [Apart(first, second, alone, cells, stride), Decided(first, second, firstDecides: true, cells, stride), Decided(first, second, firstDecides: false, cells, stride)];
                found[second].AddRange(rules.OfType<CellRule>().Where(rule => stride == 1 || IsKept(rule, cells)));
            }
        });
        return [.. found.Where(rules => rules is not null).SelectMany(rules => rules)];
    }

    // The frequent values of a column each in a group of its own, all others in one.
    private static int[] Alone(ColumnCode code, int[] counts)
    {
        int[] chosen = [.. Enumerable.Range(0, counts.Length).Where(cell => counts[cell] > 0 && code.Marginal.IsSingle(cell, out _)).OrderByDescending(cell => counts[cell]).Take(MaximumAlone)];
        var groups = new int[counts.Length];
        Array.Fill(groups, chosen.Length);
        for (int group = 0; group < chosen.Length; group++)
            groups[chosen[group]] = group;
        return groups;
    }

    private static CellRule? Apart(int first, int second, int[][] alone, TrainingCells cells, int stride)
    {
        int firsts = alone[first].Max() + 1, seconds = alone[second].Max() + 1;
        int[] rows = new int[firsts], others = new int[seconds], both = new int[firsts * seconds];
        double all = 0;
        for (int row = 0; row < cells.Rows; row += stride)
        {
            int one = alone[first][cells[first][row]], other = alone[second][cells[second][row]];
            rows[one]++;
            others[other]++;
            both[one * seconds + other]++;
            all++;
        }
        bool[] together = [.. both.Select((count, i) => count > 0 || rows[i / seconds] * (double)others[i % seconds] / all < MinimumExpected)];
        return together.Contains(false) ? new CellRule(first, second, alone[first], alone[second], together) : null;
    }

    private static CellRule? Decided(int first, int second, bool firstDecides, TrainingCells cells, int stride)
    {
        int by = firstDecides ? first : second, decided = firstDecides ? second : first;
        int values = cells.Counts[decided].Length;
        if (values > MaximumDecided)
            return null;
        var image = new int[cells.Counts[by].Length];
        Array.Fill(image, values);
        // A value of the one decides if all its rows, of which there are several, have the same value of the other.
        int repeated = 0, all = 0;
        var counts = new double[values];
        for (int row = 0; row < cells.Rows; row += stride)
        {
            int cell = cells[by][row], other = cells[decided][row];
            if (image[cell] != values && image[cell] != other)
                return null;
            repeated += image[cell] == other ? 1 : 0;
            image[cell] = other;
            counts[other]++;
            all++;
        }
        double agree = counts.Sum(count => count / all * (count / all));
        if (agree >= 1 || repeated * -Math.Log(agree) < MinimumExpected)
            return null;
        // A value that no row had goes with all.
        int[] own = [.. Enumerable.Range(0, values)];
        int groups = image.Max() + 1;
        var together = new bool[groups * values];
        for (int i = 0; i < together.Length; i++)
        {
            int one = firstDecides ? i / values : i % groups, other = firstDecides ? i % values : i / groups;
            together[i] = one == values || one == other;
        }
        return firstDecides ? new CellRule(first, second, image, own, together) : new CellRule(first, second, own, image, together);
    }

    private static bool IsKept(CellRule rule, TrainingCells cells)
    {
        for (int row = 0; row < cells.Rows; row++)
        {
            if (!rule.Allows(cells[rule.First][row], cells[rule.Second][row]))
                return false;
        }
        return true;
    }
}
