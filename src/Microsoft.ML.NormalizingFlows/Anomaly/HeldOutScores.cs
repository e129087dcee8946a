using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowAnomalyOptions;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// The scores of rows that training never saw. A new row like them is as likely to be at any place among them, whatever their
/// distribution: that makes p-values and thresholds exact (Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World).
/// </summary>
internal sealed class HeldOutScores
{
    /// <summary>No greater share of the held-out rows is taken for anomalies where the share is not known.</summary>
    private const double MaximumAnomalies = 0.2;

    private readonly float[] _descending;

    public HeldOutScores(IEnumerable<float> scores) => _descending = [.. scores.OrderDescending()];

    public int Count => _descending.Length;

    public IReadOnlyList<float> Descending => _descending;

    /// <summary>Rows that a rate needs: with fewer, no p-value is as small as the rate.</summary>
    public static long Needed(double rate) => (long)Math.Ceiling(1 / rate - 1e-9) - 1;

    /// <summary>(1 + the number of held-out scores that are no less) / (n + 1); NaN for NaN.</summary>
    public float PValue(float score) => float.IsNaN(score) ? float.NaN : (1 + NoLess(score)) / (float)(Count + 1);

    /// <summary>
    /// The score t such that a row has a p-value of at most <paramref name="rate"/> exactly where its score is above t: the k-th greatest, with
    /// <c>k = floor(rate (n + 1))</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are too few held-out rows for the rate.</exception>
    public float Threshold(double rate)
    {
        int k = (int)Math.Floor(rate * (Count + 1) + 1e-9);
        if (k < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate),
                FormattableString.Invariant($"A false-positive rate of {rate} needs at least {Needed(rate)} held-out rows, but there are {Count}: choose a greater rate, or train with more rows or a greater HeldOutShare."));
        }
        return _descending[Math.Min(k, Count) - 1];
    }

    /// <summary>
    /// The scores without those of anomalies: the training rows held some, and so the held-out ones do. Such are taken for anomalies that are so far out that among
    /// as many normal rows half a row would be expected there (Chauvenet's criterion) by an exponential tail, which few anomalies do not move: it halves from the median to the
    /// upper quartile, or, where the share is not known and that is farther, as from the quartile to the upper eighth: a flow that was not trained on the outer rows finds good ones
    /// among them very far out. Never more than there may be.
    /// </summary>
    /// <param name="contamination">The share of anomalies; null where it is not known.</param>
    /// <param name="needed">Rows that are to be left.</param>
    /// <param name="counted">Scores of the same rows that are to say how many are anomalies; null for these.</param>
    public HeldOutScores WithoutAnomalies(double? contamination, long needed, HeldOutScores? counted = null)
    {
        var scores = (counted ?? this)._descending;
        double median = scores[Count / 2], quartile = scores[Count / 4], eighth = scores[Count / 8];
        double halving = contamination is null ? Math.Max(quartile - median, eighth - quartile) : quartile - median;
        double fence = quartile + halving * Math.Log2(Count / 2.0);
        int beyond = quartile > median ? scores.Count(score => score > fence) : 0;
        int greatest = (int)Math.Ceiling((contamination ?? MaximumAnomalies) * Count);
        int anomalies = (int)Math.Min(Math.Min(beyond, greatest), Math.Max(0, Count - needed));
        return anomalies == 0 ? this : new HeldOutScores(_descending[anomalies..]);
    }

    private int NoLess(float score)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_descending[middle] >= score)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}

/// <summary>How many of the rows are held out: the share that was asked for, or as many as the false-positive rate needs.</summary>
internal static class HeldOutShare
{
    private const int Maximum = 100_000;

    /// <exception cref="InvalidOperationException">The rate needs more than half of the rows.</exception>
    public static long Rows(long rows, Options options)
    {
        long needed = HeldOutScores.Needed(options.FalsePositiveRate);
        long greatest = rows / 2;
        if (needed > greatest || greatest < 1)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{nameof(Options.FalsePositiveRate)} is {options.FalsePositiveRate}, which needs {Math.Max(1, needed)} held-out rows, but only half of the {rows} training rows can be held out: choose a greater rate, or train with more rows."));
        }
        long wanted = (long)Math.Round(options.HeldOutShare * rows);
        return Math.Clamp(wanted, Math.Max(1, needed), Math.Max(needed, Math.Max(1, Math.Min(wanted, Maximum))));
    }
}
