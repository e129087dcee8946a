using Density.Runs;
using Samples.Shared.Terminal;

namespace Density.Reports;

/// <summary>
/// What runs on the same test rows say together: rows are averaged over seeds first, so that two standard errors are over rows, and
/// differences are taken row by row within each seed, where what is hard about a row cancels.
/// </summary>
internal static class Pairing
{
    /// <summary>Mean test NLL over seeds.</summary>
    public static Estimate Nll(IReadOnlyList<FinishedRun> runs) => Estimate.Of(RowMeans([.. runs.Select(run => Array.ConvertAll(run.LogDensities, value => -value))]));

    /// <summary>NLL of <paramref name="runs"/> minus that of <paramref name="reference"/> over the seeds that both have; null where none is.</summary>
    public static Estimate? Difference(IReadOnlyList<FinishedRun> runs, IReadOnlyList<FinishedRun> reference)
    {
        double[][] differences = [.. from run in runs
                                     from other in reference
                                     where run.Record.Seed == other.Record.Seed && run.Record.DataChecksum == other.Record.DataChecksum
                                     select run.LogDensities.Zip(other.LogDensities, (mine, theirs) => theirs - mine).ToArray()];
        return differences.Length == 0 ? null : Estimate.Of(RowMeans(differences));
    }

    private static double[] RowMeans(double[][] seeds)
    {
        var means = new double[seeds[0].Length];
        foreach (double[] seed in seeds)
        {
            for (int i = 0; i < means.Length; i++)
                means[i] += seed[i] / seeds.Length;
        }
        return means;
    }
}
