using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Finds features of which a few values are so far from all others that these are as good as one value beside them, such as 1E+20 for what is missing: in standard
/// deviations, which are theirs, a Single tells the others apart no more.
/// </summary>
internal static class DwarfedFeatures
{
    /// <summary>The middle nine tenths of the values span less than this, in standard deviations. From there on the density of the others is lost.</summary>
    private const double LeastSpan = 1e-6;

    private const double Outer = 0.05;

    private const int SampledRows = 2_000;

    /// <param name="rows">In the user's units, in any order.</param>
    /// <param name="scale">Of the features.</param>
    /// <returns>The slots, and of each the value that is furthest from the mean.</returns>
    public static IEnumerable<(int Slot, float Value)> Find(RowTable rows, FeatureScale scale)
    {
        var column = new float[Math.Min(rows.Count, SampledRows)];
        for (int slot = 0; slot < scale.Dimensions; slot++)
        {
            rows.CopyColumn(slot, column);
            Array.Sort(column);
            int outer = (int)(Outer * column.Length);
            double span = (double)column[^(outer + 1)] - column[outer];
            if (span > 0 && span < LeastSpan * scale.Scale[slot])
                yield return (slot, Enumerable.Range(0, rows.Count).Select(row => rows[row][slot]).MaxBy(value => Math.Abs(value - scale.Shift[slot])));
        }
    }
}
