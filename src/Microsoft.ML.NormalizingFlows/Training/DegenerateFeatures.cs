using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>A feature on which a density has no greatest value.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Reason">Why, as the end of a sentence that begins with its name.</param>
internal readonly record struct DegenerateFeature(int Slot, string Reason);

/// <summary>
/// Finds features on which a density grows without bound, the longer it is trained: on numbers that many rows share it may be ever narrower, and
/// along a direction in which the rows do not vary ever thinner. Constant features, which are filled with noise, are none of them.
/// </summary>
internal static class DegenerateFeatures
{
    /// <summary>
    /// A log-density of so much for each standardised feature, <c>-ln(0.01 sqrt(2 pi e))</c>, tells values apart to a hundredth of the standard
    /// deviation. Beyond, it tells no more of the rows, only how long the training was.
    /// </summary>
    public const double ResolvedLogDensity = 3.2;

    private const int SampledRows = 10_000;

    private const int MaximumValues = 20, MinimumRowsPerValue = 10;

    private const double MaximumShare = 0.25;

    /// <summary>Of the variance of a feature, what those before it leave, at least; rounding in float32 leaves about 1e-14.</summary>
    private const double MinimumRest = 1e-10;

    private const int MaximumDependent = 512, DependentRows = 4_096;

    /// <param name="rows">In the user's units, in any order.</param>
    /// <param name="scale">Of the features.</param>
    /// <param name="origin">What values of a slot are the difference from, for messages.</param>
    public static IReadOnlyList<DegenerateFeature> Find(RowTable rows, FeatureScale scale, Func<int, double> origin)
    {
        var found = new List<DegenerateFeature>();
        var column = new float[Math.Min(rows.Count, SampledRows)];
        var others = new List<int>();
        foreach (int slot in Enumerable.Range(0, scale.Dimensions).Except(scale.Constant))
        {
            rows.CopyColumn(slot, column);
            if (Repetition(column, origin(slot)) is string reason)
                found.Add(new(slot, reason));
            else
                others.Add(slot);
        }
        int[] context = [.. Enumerable.Range(scale.Dimensions, rows.Dimensions - scale.Dimensions)];
        string before = context.Length > 0 ? "the context and the features before it" : "the features before it";
        others.InsertRange(0, context);
        if (others.Count is > 1 and <= MaximumDependent && rows.Count >= 2 * others.Count + MaximumValues)
            found.AddRange(Dependent(rows, scale, others).Where(slot => slot < scale.Dimensions).Select(slot => new DegenerateFeature(slot, $"follows exactly from {before}")));
        return [.. found.OrderBy(feature => feature.Slot)];
    }

    // The column is sorted.
    private static string? Repetition(float[] column, double origin)
    {
        Array.Sort(column);
        int values = 0, most = 0;
        float frequent = 0;
        for (int first = 0, next; first < column.Length; first = next)
        {
            for (next = first + 1; next < column.Length && column[next] == column[first]; next++)
            {
            }
            values++;
            if (next - first > most)
                (most, frequent) = (next - first, column[first]);
        }
        if (values <= MaximumValues && column.Length >= MinimumRowsPerValue * values)
            return $"has {values} values only";
        double share = most / (double)column.Length;
        return share >= MaximumShare && most >= MinimumRowsPerValue
            ? FormattableString.Invariant($"has the value {frequent + origin:G6} in {100 * share:F0} % of the rows")
            : null;
    }

    // Cholesky of the covariance, without the rows of what is found.
    private static IEnumerable<int> Dependent(RowTable rows, FeatureScale scale, List<int> slots)
    {
        var sample = new RowTable(slots.Count);
        float[] standardized = new float[rows.Dimensions], row = new float[slots.Count];
        int count = Math.Min(rows.Count, Math.Max(DependentRows, 2 * slots.Count));
        for (int i = 0; i < count; i++)
        {
            scale.Standardize(rows[(int)((long)i * rows.Count / count)], standardized);
            for (int j = 0; j < row.Length; j++)
                row[j] = standardized[slots[j]];
            sample.Add(row);
        }
        var (_, _, covariance) = WeightedMoments.Of(sample, [.. Enumerable.Repeat(1.0, count)]);
        for (int i = 0; i < slots.Count; i++)
        {
            double[] own = covariance[i];
            double rest = own[i];
            for (int j = 0; j < i; j++)
            {
                double[] other = covariance[j];
                for (int k = 0; k < j; k++)
                    own[j] -= own[k] * other[k];
                own[j] = other[j] == 0 ? 0 : own[j] / other[j];
                rest -= own[j] * own[j];
            }
            bool varies = own[i] > 0, follows = varies && rest <= MinimumRest * own[i];
            own[i] = varies && !follows ? Math.Sqrt(rest) : 0;
            if (follows)
                yield return slots[i];
        }
    }
}
