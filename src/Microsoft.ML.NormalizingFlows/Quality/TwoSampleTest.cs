using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>The classifier two-sample test (Lopez-Paz and Oquab 2017): can a model that saw both kinds tell real rows from synthetic ones that it did not see?</summary>
internal static class TwoSampleTest
{
    private const double HeldOut = 0.3;

    /// <summary>The area under the ROC curve on held-out rows; 0.5 cannot tell them apart.</summary>
    public static double Area(QualityTable table, IRowModel model, int trainingRows, RandomStream random)
    {
        int each = Each(table, trainingRows);
        int[] real = random.Choose(table.RealRows, each), synthetic = random.Choose(table.SyntheticRows, each);
        // One column after the other: real rows, then synthetic ones.
        double[][] columns = [.. table.Columns.Select(column => (double[])[.. real.Select(i => column.Real[i]), .. synthetic.Select(i => column.Synthetic[i])])];
        int[] rows = [.. Enumerable.Range(0, 2 * each)];
        random.Shuffle(rows.AsSpan());
        int[] judged = rows[..(int)Math.Ceiling(HeldOut * rows.Length)], training = rows[judged.Length..];
        var encoder = new RowEncoder(table.Columns.Select((column, i) => (column.IsCategory, columns[i])), model.CutsFeatures);
        double[] scores = model.FitAndScore(
            encoder.Encode(columns, training), [.. training.Select(row => row < each ? 1f : 0)], isNumber: false, encoder.Encode(columns, judged));
        return RankStatistics.AreaUnderCurve(scores, [.. judged.Select(row => row < each)]);
    }

    /// <summary>That of the area where nothing tells the rows apart (Mann and Whitney 1947).</summary>
    public static double StandardError(QualityTable table, int trainingRows)
    {
        double held = HeldOut * Each(table, trainingRows);
        return Math.Sqrt((2 * held + 1) / (12 * held * held));
    }

    private static int Each(QualityTable table, int trainingRows) => Math.Min(Math.Min(table.RealRows, table.SyntheticRows), trainingRows / 2);
}
