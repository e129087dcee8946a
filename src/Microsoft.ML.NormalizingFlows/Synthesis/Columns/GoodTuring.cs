namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// How often values come again that came so often: of many that are about equally rare, those that came most did so by chance too (Good 1953, "The population
/// frequencies of species and the estimation of population parameters", after Turing).
/// </summary>
/// <param name="counts">Rows of each value.</param>
internal sealed class GoodTuring(IEnumerable<long> counts)
{
    /// <summary>Fewer values say nothing of how many had as many rows by chance.</summary>
    private const int MinimumValues = 30;

    private readonly Dictionary<long, int> _values = counts.CountBy(count => count).ToDictionary();
    private readonly Dictionary<long, double> _kept = [];

    /// <summary>
    /// Rows to be expected of a value among as many new ones, as a share of those that it had, from 0 to 1: N values with one row more have these rows of the
    /// values with as many. From all with less than twice as many, of which there are more. Where there are few, they are the last of a crowd if some have one
    /// row less, and so on; else 1, as of codes.
    /// </summary>
    public double Kept(long count)
    {
        if (!_kept.TryGetValue(count, out double kept))
            _kept[count] = kept = Find(count);
        return kept;
    }

    // By the counts that there are, which are few, and not by all numbers up to them.
    private double Find(long count)
    {
        while (true)
        {
            double values = 0, rows = 0, again = 0;
            foreach (var (own, number) in _values)
            {
                if (own >= count && own < 2 * count)
                    (values, rows) = (values + number, rows + own * (double)number);
                if (own > count && own <= 2 * count)
                    again += own * (double)number;
            }
            if (values >= MinimumValues)
                return Math.Min(1, again / rows);
            if (!_values.ContainsKey(--count))
                return 1;
        }
    }
}
