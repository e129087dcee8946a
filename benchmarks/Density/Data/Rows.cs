namespace Density.Data;

/// <summary>What preprocessing does to rows in double precision, before they become the data of a benchmark.</summary>
internal static class Rows
{
    public static float[][] ToFloat(IEnumerable<double[]> rows) => [.. rows.Select(row => Array.ConvertAll(row, value => (float)value))];

    /// <summary>The rows with these columns alone.</summary>
    public static double[][] Keep(double[][] rows, IReadOnlyList<int> columns) => [.. rows.Select(row => columns.Select(c => row[c]).ToArray())];

    /// <summary>The split of MAF, from the end: a share of all rows for the test, then a share of the rest for validation, both rounded down.</summary>
    public static (T[] Training, T[] Validation, T[] Test) Tails<T>(T[] rows, double validation = 0.1, double test = 0.1)
    {
        int testRows = (int)(test * rows.Length);
        T[] rest = rows[..^testRows];
        int validationRows = (int)(validation * rest.Length);
        return (rest[..^validationRows], rest[^validationRows..], rows[^testRows..]);
    }

    /// <summary>Subtracts the means and divides by the standard deviations of <paramref name="reference"/>, in place.</summary>
    /// <param name="rows">The rows to change.</param>
    /// <param name="reference">The rows that give the moments; they are read before any row is changed.</param>
    /// <param name="degreesLost">What is subtracted from the count for the variance: 0 in NumPy, 1 in pandas.</param>
    public static void Standardize(double[][] rows, double[][] reference, int degreesLost)
    {
        for (int c = 0; c < rows[0].Length; c++)
        {
            double mean = 0, squares = 0;
            foreach (double[] row in reference)
                mean += row[c] / reference.Length;
            foreach (double[] row in reference)
                squares += (row[c] - mean) * (row[c] - mean);
            double deviation = Math.Sqrt(squares / (reference.Length - degreesLost));
            foreach (double[] row in rows)
                row[c] = (row[c] - mean) / deviation;
        }
    }

    /// <summary>
    /// MAF's rule for GAS: while two columns correlate by more than <paramref name="limit"/>, the first column that does so with
    /// any other goes. With <paramref name="either"/> sign, strong negative correlations count, too.
    /// </summary>
    public static List<int> Uncorrelated(double[][] rows, double limit, bool either = false)
    {
        double[,] correlation = Correlations(rows);
        List<int> kept = [.. Enumerable.Range(0, rows[0].Length)];
        while (kept.FindIndex(a => kept.Any(b => a != b && (either ? Math.Abs(correlation[a, b]) : correlation[a, b]) > limit)) is >= 0 and var first)
            kept.RemoveAt(first);
        return kept;
    }

    private static double[,] Correlations(double[][] rows)
    {
        int columns = rows[0].Length;
        double[][] scaled = [.. rows.Select(row => (double[])row.Clone())];
        Standardize(scaled, scaled, degreesLost: 0);
        var correlation = new double[columns, columns];
        foreach (double[] row in scaled)
        {
            for (int a = 0; a < columns; a++)
            {
                for (int b = 0; b < columns; b++)
                    correlation[a, b] += row[a] * row[b] / rows.Length;
            }
        }
        return correlation;
    }
}
