namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// What the different values of a column of numbers say of the places between them: which values stand for themselves, as they repeat where
/// their neighbours do not or have none, and where no value is although many would be expected.
/// </summary>
internal sealed class NumberShape
{
    /// <summary>Neighbours on each side that tell what is to be expected.</summary>
    private const int Neighbours = 16;

    /// <summary>In a gap of a column of n values, ln n and so many more rows would be expected: by chance, one of 400 columns has one.</summary>
    private const double ExpectedInGap = 6;

    /// <summary>A value repeats where its rows exceed those of its neighbours by so many standard deviations of a count, and are no fewer than three.</summary>
    private const double Deviations = 5;

    private readonly bool[] _isAlone, _isBehindGap, _isAmongOthers;

    /// <param name="values">In order, none of them NaN.</param>
    /// <param name="counts">Rows of each.</param>
    /// <param name="grid">What nearly all values are multiples of; one that is not stands for itself.</param>
    public NumberShape(double[] values, long[] counts, Grid grid)
    {
        (_isAlone, _isBehindGap, _isAmongOthers) = (new bool[values.Length], new bool[values.Length], new bool[values.Length]);
        for (int i = 0; i < values.Length; i++)
            _isAlone[i] = Repeats(counts, i) || !grid.IsNone && !grid.HoldsExactly(values[i]);
        int[] others = [.. Enumerable.Range(0, values.Length).Where(i => !_isAlone[i])];
        double[] own = [.. others.Select(i => values[i])];
        var before = new double[others.Length + 1];
        for (int k = 0; k < others.Length; k++)
            before[k + 1] = before[k] + counts[others[k]];
        double limit = Math.Log(Math.Max(1, before[^1])) + ExpectedInGap;
        for (int k = 0; k < others.Length; k++)
        {
            double gap = k == 0 ? 0 : own[k] - own[k - 1] - grid.Step;
            _isBehindGap[others[k]] = k == 0 || IsGap(gap, k - Neighbours, k - 1) || IsGap(gap, k, k + Neighbours - 1);
        }
        for (int k = 1; k < others.Length; k++)
            _isAmongOthers.AsSpan((others[k - 1] + 1)..others[k]).Fill(!_isBehindGap[others[k]]);
        for (int k = 0; k < others.Length; k++)
            _isAlone[others[k]] = _isBehindGap[others[k]] && (k == others.Length - 1 || _isBehindGap[others[k + 1]]);

        // Of n distances that are as those of a Poisson process, the next one exceeds t times their mean with probability (1 + t / n)^-n.
        bool IsGap(double gap, int first, int last)
        {
            (first, last) = (Math.Max(0, first), Math.Min(others.Length - 1, last));
            double rows = before[last + 1] - before[first] - (grid.IsNone ? 1 : 0), way = own[last] - own[first] + grid.Step;
            return rows > 0 && gap > way * (Math.Exp(limit / rows) - 1);
        }
    }

    /// <summary>Whether a value stands for itself, and tells nothing of those around it.</summary>
    public bool IsAlone(int value) => _isAlone[value];

    /// <summary>Whether a value that repeats has others on both sides, with no gap between these.</summary>
    public bool IsAmongOthers(int value) => _isAmongOthers[value];

    /// <summary>Whether there is a gap before a value that is not alone, or nothing at all.</summary>
    public bool IsBehindGap(int value) => _isBehindGap[value];

    private static bool Repeats(long[] counts, int value)
    {
        if (counts[value] < 3)
            return false;
        int first = Math.Max(0, value - Neighbours), last = Math.Min(counts.Length - 1, value + Neighbours);
        long[] around = [.. Enumerable.Range(first, last - first + 1).Where(i => i != value).Select(i => counts[i]).Order()];
        double expected = around.Length == 0 ? 0 : around[around.Length / 2] - 1;
        return counts[value] > expected + Deviations * Math.Sqrt(expected) + 1;
    }
}
