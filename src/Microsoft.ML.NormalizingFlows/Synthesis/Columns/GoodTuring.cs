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

    /// <summary>
    /// Rows to be expected of a value among as many new ones, as a share of those that it had, from 0 to 1: N values with one row more have these rows of the
    /// values with as many. From all with less than twice as many, of which there are more. Where there are few, they are the last of a crowd if some have one
    /// row less, and so on; else 1, as of codes.
    /// </summary>
    public double Kept(long count)
    {
        while (true)
        {
            double values = 0, rows = 0, again = 0;
            for (long own = count; own < 2 * count; own++)
            {
                values += Values(own);
                rows += own * Values(own);
                again += (own + 1) * Values(own + 1);
            }
            if (values >= MinimumValues)
                return Math.Min(1, again / rows);
            if (Values(--count) == 0)
                return 1;
        }
    }

    private double Values(long count) => _values.GetValueOrDefault(count);
}
