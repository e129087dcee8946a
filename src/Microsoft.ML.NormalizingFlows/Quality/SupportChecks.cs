using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Whether synthetic rows lie where real ones do, and everywhere they do (Alaa et al. 2022); and whether they are real ones.</summary>
internal sealed class SupportChecks(QualityTable table, RandomStream random, CancellationToken cancellation)
{
    private const int Asked = 3_000, Levels = 30;
    private readonly NearestRows _space = new(table);

    // How many real rows have each hash.
    private readonly Lazy<Dictionary<ulong, int>> _real = new(() => Hashes(table, column => column.Real).CountBy(row => row).ToDictionary());

    /// <summary>
    /// Alpha-precision of rows, from 0 to 1: the balls around the middle of the real rows that hold a share of these are to hold the same share of the
    /// others; 1 minus twice the mean difference.
    /// </summary>
    public double Precision(Func<ComparedColumn, double[]> rows)
    {
        double[] real = [.. FromMiddle(column => column.Real, column => column.Real).Order()], others = FromMiddle(column => column.Real, rows);
        return 1 - 2 * Shares().Average(share => Math.Abs(share - others.Count(distance => distance <= Quantile(real, share)) / (double)others.Length));
    }

    /// <summary>
    /// Beta-recall, from 0 to 1: the share of the real rows to which a row comes as near as the next real one, one that lies in the ball which holds a share of
    /// the rows, against that share; a half for rows that are as many and as good as real.
    /// </summary>
    public double Recall(Func<ComparedColumn, double[]> rows)
    {
        int size = Math.Min(Asked, Math.Min(table.RealRows, rows(table.Columns[0]).Length));
        int[] asked = random.Choose(table.RealRows, size), judged = random.Choose(rows(table.Columns[0]).Length, size);
        NearestRows.Points real = _space.Place(column => column.Real, asked), others = _space.Place(rows, judged);
        double[] among = real.Nearest(real, same: true, cancellation);
        var which = new int[size];
        double[] near = real.Nearest(others, same: false, cancellation, which);
        double[] middle = FromMiddle(rows, rows, judged), sorted = [.. middle.Order()];
        double missed = 0, all = 0;
        foreach (double share in Shares())
        {
            double limit = Quantile(sorted, share);
            double covered = Enumerable.Range(0, size).Count(row => near[row] <= among[row] && middle[which[row]] <= limit) / (double)size;
            (missed, all) = (missed + Math.Abs(share - covered), all + share);
        }
        return 1 - missed / all;
    }

    /// <summary>The share of rows that equal a real one in all columns.</summary>
    public double Copies(Func<ComparedColumn, double[]> rows) => Hashes(table, rows).Count(_real.Value.ContainsKey) / (double)rows(table.Columns[0]).Length;

    /// <summary>The share of real rows that equal another one.</summary>
    public double CopiesAmongReal() => _real.Value.Values.Where(count => count > 1).Sum() / (double)table.RealRows;

    // 64 bits of a hash of each row.
    private static IEnumerable<ulong> Hashes(QualityTable table, Func<ComparedColumn, double[]> rows)
    {
        double[][] columns = [.. table.Columns.Select(rows)];
        for (int row = 0; row < columns[0].Length; row++)
        {
            ulong hash = 0;
            foreach (double[] column in columns)
                hash = RandomStream.Derive(hash, "value", BitConverter.DoubleToUInt64Bits(double.IsNaN(column[row]) ? double.NaN : column[row] + 0.0));
            yield return hash;
        }
    }

    // The squared distance of rows from the middle of others.
    private double[] FromMiddle(Func<ComparedColumn, double[]> center, Func<ComparedColumn, double[]> rows, int[]? which = null)
    {
        int count = rows(table.Columns[0]).Length;
        which ??= random.Choose(count, Asked);
        var distances = new double[which.Length];
        foreach (var column in table.Columns)
        {
            double[] own = rows(column), all = center(column);
            double middle = column.IsCategory ? all.CountBy(value => value).MaxBy(pair => pair.Value).Key : all.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();
            double deviation = column.IsCategory ? 1 : _space.Deviation(column);
            for (int i = 0; i < which.Length; i++)
            {
                double value = own[which[i]];
                double step = column.IsCategory ? value == middle ? 0 : 1 : double.IsNaN(value) || deviation == 0 ? 0 : (value - middle) / deviation;
                distances[i] += step * step;
            }
        }
        return distances;
    }

    private static IEnumerable<double> Shares() => Enumerable.Range(1, Levels).Select(level => level / (double)Levels);

    private static double Quantile(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
