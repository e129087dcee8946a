namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// Something of a row that may tell which categories are alike: a number, or whether another column has one of its frequent values, both with
/// mean 0 and variance 1 over the rows that were counted.
/// </summary>
/// <param name="Column">Of the table.</param>
/// <param name="Level">The value that it is about; null for a number.</param>
/// <param name="Mean">Of the number, or the share of the value.</param>
/// <param name="Deviation">Above 0.</param>
internal readonly record struct Companion(int Column, double? Level, double Mean, double Deviation)
{
    private const int MaximumLevels = 8;

    /// <summary>A number far out counts as this many standard deviations.</summary>
    private const double Farthest = 3;

    /// <summary>What a column has to tell.</summary>
    /// <param name="column">Of the table.</param>
    /// <param name="counts">How many rows each of its values has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order.</param>
    public static IEnumerable<Companion> Of(int column, IReadOnlyDictionary<double, long> counts, bool isNumber)
    {
        if (!isNumber)
        {
            double rows = counts.Values.Sum();
            return counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MaximumLevels)
                .Where(pair => pair.Value < rows)
                .Select(pair => new Companion(column, pair.Key, pair.Value / rows, Math.Sqrt(pair.Value / rows * (1 - pair.Value / rows))));
        }
        var known = counts.Where(pair => !double.IsNaN(pair.Key)).ToArray();
        double total = known.Sum(pair => (double)pair.Value), mean = known.Sum(pair => pair.Key * pair.Value) / total;
        double deviation = Math.Sqrt(known.Sum(pair => (pair.Key - mean) * (pair.Key - mean) * pair.Value) / total);
        return deviation > 0 && double.IsFinite(deviation) ? [new Companion(column, null, mean, deviation)] : [];
    }

    /// <summary>What it is in a row; a missing number is as the mean.</summary>
    public double In(ReadOnlySpan<double> row)
    {
        double value = row[Column];
        double number = Level is { } level ? (value.Equals(level) ? 1 : 0) : double.IsNaN(value) ? Mean : value;
        return Math.Clamp((number - Mean) / Deviation, -Farthest, Farthest);
    }
}
