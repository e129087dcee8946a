using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowAnomalyOptions;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

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
