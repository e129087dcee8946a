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

    /// <summary>Of an exponential tail of scores, in nats.</summary>
    private const double LeastScale = 1;

    /// <summary>How often normal scores have a gap that is taken for the beginning of anomalies.</summary>
    private const double GapLevel = 0.01;

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
    /// The scores without those of anomalies: the training rows held some, and so the held-out ones do. First those beyond a gap are taken for anomalies. Beyond the upper quartile, scores of
    /// normal rows thin out as an exponential tail or faster, where the gap behind which k are is a k-th of their scale: one that is far wider is none of theirs (a test at a hundredth for all
    /// gaps together), unless it is no wider than usual between those behind it: a flow that was not trained on the outer rows finds good ones among them very far out, and far from one another.
    /// Of the others, those are taken for anomalies that lie so far out that among as many normal rows half a row would be expected there (Chauvenet's criterion), by a tail which few anomalies do not move: it halves from the median to the
    /// upper quartile, or, where the share is not known and that is farther, as from the quartile to the upper eighth, again for those good rows. Scores are in nats, and no tail has a smaller
    /// scale than one: those of a Gaussian and of a Laplacian have that. Never more than there may be.
    /// </summary>
    /// <param name="contamination">The share of anomalies; null where it is not known.</param>
    /// <param name="needed">Rows that are to be left.</param>
    /// <param name="counted">Scores of the same rows that are to say how many are anomalies; null for these.</param>
    public HeldOutScores WithoutAnomalies(double? contamination, long needed, HeldOutScores? counted = null)
    {
        int most = contamination is { } share ? TrimmedCore.MostAnomalies(share, Count) : (int)Math.Ceiling(MaximumAnomalies * Count);
        most = (int)Math.Min(most, Math.Max(0, Count - needed));
        float[] scores = (counted ?? this)._descending;
        int beyondGap = BeyondGap(scores, most);
        int anomalies = Math.Min(most, beyondGap + BeyondFence(scores.AsSpan(beyondGap), isShareKnown: contamination is not null));
        return anomalies == 0 ? this : new HeldOutScores(_descending[anomalies..]);
    }

    // Spacings of an exponential tail, each times the number of scores beyond it, are exponential with its scale, and their mean over those below is that of the scale (Rényi 1953);
    // so the ratio of one to that mean has the distribution F of 2 and 2n. Of gaps that are too wide for it, the one that is so most.
    private static int BeyondGap(ReadOnlySpan<float> descending, int most)
    {
        int tail = descending.Length / 4, widest = 0;
        double quartile = descending[tail], below = 0, beyond = 0, greatest = Math.Log(tail / GapLevel);
        var scales = new double[tail];      // of the k - 1 beyond the k-th
        for (int k = 2; k < tail; k++)
        {
            beyond += descending[k - 2];
            scales[k] = beyond / (k - 1) - descending[k - 1];
        }
        for (int k = tail - 1; k > 0; k--)
        {
            int count = tail - k;
            below += descending[k] - quartile;
            double spacing = k * ((double)descending[k - 1] - descending[k]);
            double scale = Math.Max(LeastScale, (below + k * (descending[k] - quartile)) / count);
            double surprise = count * Math.Log(1 + spacing / scale / count);
            if (k <= most && surprise > greatest && spacing > -Math.Log(GapLevel) * scales[k])
                (widest, greatest) = (k, surprise);
        }
        return widest;
    }

    private static int BeyondFence(ReadOnlySpan<float> descending, bool isShareKnown)
    {
        double median = descending[descending.Length / 2], quartile = descending[descending.Length / 4], eighth = descending[descending.Length / 8];
        double halving = Math.Max(LeastScale * Math.Log(2), isShareKnown ? quartile - median : Math.Max(quartile - median, eighth - quartile));
        double fence = quartile + halving * Math.Log2(descending.Length / 2.0);
        int beyond = 0;
        while (descending[beyond] > fence)
            beyond++;
        return beyond;
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

    /// <param name="rows">The rows that there are.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="leftOut">How many more had a value that is not finite.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or the rate needs more than half of them.</exception>
    public static long Rows(long rows, Options options, Func<long> leftOut)
    {
        if (rows == 0)
        {
            throw new InvalidOperationException(leftOut() is > 0 and var all
                ? FormattableString.Invariant($"Each of the {all} training rows has a missing or infinite value and is left out: replace missing values before the detector, or leave the feature out that has them.")
                : "There are no training rows.");
        }
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
